"""Peers of platforms over loopback, with sample accounts: for trying Omnify, and for its tests."""
