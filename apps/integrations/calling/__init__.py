"""Asking a platform as one connection: its quotas, what it answered, its token."""
