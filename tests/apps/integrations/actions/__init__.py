"""Actions on platforms."""
