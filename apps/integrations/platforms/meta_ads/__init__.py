"""Meta Ads: the Marketing API behind Facebook's and Instagram's advertising."""
