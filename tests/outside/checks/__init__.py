"""What outsiders judge, a file for each; collected by ``python -m tests.outside`` alone."""
