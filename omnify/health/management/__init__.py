"""Commands about the state of a process."""
