"""Dated exchange rates: the organization's own, and those that all organizations share."""
