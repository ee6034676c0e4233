"""GoHighLevel: opportunities that were won, as orders."""
