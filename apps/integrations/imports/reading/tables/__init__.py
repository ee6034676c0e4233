"""Finds the table in a file, whatever its format."""
