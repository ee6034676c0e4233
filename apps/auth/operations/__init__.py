"""What auth changes."""
