"""A probe; hosted as ``apps.ledger``."""
