"""Google Ads: what it offers, how it is asked, and what its answers mean."""
