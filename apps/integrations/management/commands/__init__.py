"""Management commands of integrations."""
