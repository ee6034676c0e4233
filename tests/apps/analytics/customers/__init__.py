"""Tests of customers and their cohorts."""
