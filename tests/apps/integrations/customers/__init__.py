"""Customers of files, hashed."""
