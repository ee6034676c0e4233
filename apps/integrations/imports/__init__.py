"""Imports of files with dated numbers: a whole file, or nothing of it."""
