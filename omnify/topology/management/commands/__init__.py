"""Commands about fleets and their servers."""
