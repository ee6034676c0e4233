"""Reads single cells: numbers and days, in the style of their column."""
