"""Shopify, against its peer."""
