"""Tests of syncs."""
