"""Commands about who asks."""
