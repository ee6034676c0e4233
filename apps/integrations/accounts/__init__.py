"""Accounts of platforms: which a connection can see, and which of them are chosen."""
