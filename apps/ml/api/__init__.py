"""The HTTP API of ml."""
