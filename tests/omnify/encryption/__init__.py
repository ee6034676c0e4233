"""Tests of secrets at rest."""
