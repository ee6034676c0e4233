"""Whether a process is alive, started, ready, and about to stop."""
