"""Actions on further platforms."""
