"""Answers to metric queries: measures over dimensions, and one measure over time."""
