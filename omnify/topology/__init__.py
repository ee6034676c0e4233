"""Topologies: which slices form a fleet, and how one runs on this machine."""
