"""Reads of touchpoints, here and in integrations, and what models make of them."""
