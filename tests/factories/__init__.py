"""Rows and people for tests."""
