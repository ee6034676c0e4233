"""Triple Whale: what it sums up of a shop, and the journeys before its orders."""
