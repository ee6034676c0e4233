"""The executive dashboard: its numbers over HTTP, and its page."""
