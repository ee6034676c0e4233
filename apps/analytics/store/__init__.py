"""Analytics' own copy of what connections bring: facts, their sums by day, and how old they are."""
