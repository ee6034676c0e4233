"""HubSpot: deals that were won, as orders."""
