"""Touchpoints: what customers saw and clicked on their way."""
