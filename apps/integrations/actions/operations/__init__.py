"""Asking for actions, trying them dry, carrying them out, and taking them back."""
