"""YouTube Ads, against the peer of Google Ads."""
