"""The reads of querying: the history of metrics, tables and series over it, and results."""
