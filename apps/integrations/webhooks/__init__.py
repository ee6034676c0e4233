"""What platforms push: verified, kept once, and carried out by a job."""
