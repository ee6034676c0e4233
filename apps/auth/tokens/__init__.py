"""Refresh tokens and the signing of access tokens, without a database."""
