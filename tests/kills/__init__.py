"""A harness that kills every part of the event path at every step, from outside."""
