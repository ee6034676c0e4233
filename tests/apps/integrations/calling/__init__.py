"""Asking platforms."""
