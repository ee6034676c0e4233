"""The one definition of every number: measures, dimensions, periods, sums, and their formats."""
