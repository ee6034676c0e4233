"""The infrastructure service."""
