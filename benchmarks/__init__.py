"""Measure the figures of docs/figures.md: each a ratio to a stated reference, in one run."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
