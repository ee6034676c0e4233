"""Topologies: which slices make a fleet, and running one on this machine."""
