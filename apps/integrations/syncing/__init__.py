"""Syncing: reading platforms by slices, each replaced whole, and proving the sums."""
