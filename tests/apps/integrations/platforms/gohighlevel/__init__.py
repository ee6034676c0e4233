"""GoHighLevel's adapter against its peer."""
