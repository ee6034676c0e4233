"""The executive dashboard: its numbers, its API and its page."""
