"""The page of customers: what became of those who first bought in the same month or week."""
