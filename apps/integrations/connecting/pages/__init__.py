"""The pages of connecting: what can be connected, by whom, and what becomes of it."""
