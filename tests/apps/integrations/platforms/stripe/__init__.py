"""Stripe, against its peer."""
