"""LinkedIn Ads: its reporting of campaigns and what it pushes."""
