"""Klaviyo: what campaigns and flows of e-mail and text messages brought."""
