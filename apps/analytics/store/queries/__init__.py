"""Reads of the store, and of what integrations has."""
