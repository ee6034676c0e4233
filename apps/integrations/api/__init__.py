"""The HTTP API of integrations."""
