"""Sameness: one journey through every layout has to leave one transcript, also under faults."""
