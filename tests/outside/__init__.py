"""What outsiders judge, which nobody here wrote: ``python -m tests.outside``."""
