"""A probe; hosted as ``apps.till``."""
