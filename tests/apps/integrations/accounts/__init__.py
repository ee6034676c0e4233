"""Tests of platforms' accounts."""
