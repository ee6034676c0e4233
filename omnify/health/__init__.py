"""Whether a process lives, has started, is ready, and is on its way out."""
