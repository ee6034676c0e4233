"""Tests of Meta's adapter against its peer."""
