"""The pages of auth."""
