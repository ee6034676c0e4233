"""Commands of encryption."""
