"""What an organization has connected: accounts of platforms, and files of one name."""
