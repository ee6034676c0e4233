"""The pages of a connection's syncs: its runs, its fields, its sums, and what people do."""
