"""Asking a platform within its quotas, and keeping what it answered."""
