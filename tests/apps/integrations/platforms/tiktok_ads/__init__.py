"""TikTok Ads, against a peer."""
