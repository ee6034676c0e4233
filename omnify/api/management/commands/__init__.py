"""Commands about the contracts."""
