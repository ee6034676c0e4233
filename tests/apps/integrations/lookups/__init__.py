"""Lookups of platforms, against their peers."""
