"""Customers: told apart by a keyed hash, never kept by name."""
