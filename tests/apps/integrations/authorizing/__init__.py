"""Consent and tokens."""
