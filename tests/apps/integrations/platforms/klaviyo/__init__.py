"""Klaviyo's adapter against its peer."""
