"""Tests of connecting."""
