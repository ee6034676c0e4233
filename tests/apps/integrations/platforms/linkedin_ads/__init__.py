"""LinkedIn Ads, against a peer."""
