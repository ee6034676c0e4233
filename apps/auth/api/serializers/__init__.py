"""What auth's API reads, and what it shows."""
