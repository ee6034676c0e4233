"""Peers of platforms over loopback."""
