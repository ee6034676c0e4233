"""Reads of orders, here and in integrations, and what they say of customers."""
