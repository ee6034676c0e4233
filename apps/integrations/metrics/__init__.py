"""The normalised daily numbers."""
