"""Google Ads, against a peer."""
