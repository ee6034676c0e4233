"""Stripe: charges of an account as orders, with their refunds."""
