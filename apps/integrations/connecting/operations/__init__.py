"""Asking for consent, keeping what it gave, and giving it back."""
