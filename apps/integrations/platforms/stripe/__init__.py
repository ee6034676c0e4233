"""Stripe: payments and what was paid back, as orders."""
