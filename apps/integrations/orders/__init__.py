"""Orders: what customers of the organization's shop bought."""
