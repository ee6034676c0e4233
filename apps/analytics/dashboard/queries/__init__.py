"""What the dashboard asks: its numbers, and those as the API has them."""
