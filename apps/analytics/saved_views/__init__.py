"""Queries saved under a name."""
