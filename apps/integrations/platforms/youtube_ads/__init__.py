"""YouTube Ads: the campaigns of Google Ads that run there."""
