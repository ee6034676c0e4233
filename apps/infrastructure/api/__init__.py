"""The HTTP API of infrastructure."""
