"""HubSpot's adapter against its peer."""
