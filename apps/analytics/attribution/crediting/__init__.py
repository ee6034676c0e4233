"""Journeys, and the models that share their conversions among channels."""
