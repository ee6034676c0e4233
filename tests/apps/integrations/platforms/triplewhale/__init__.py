"""Triple Whale's adapter against its peer."""
