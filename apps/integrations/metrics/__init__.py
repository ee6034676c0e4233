"""Daily metrics: the numbers of one entity and day."""
