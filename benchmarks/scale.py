"""Measure what many rows of one organization cost the others: nothing, since all of it is indexed.

``python -m benchmarks.scale 1000000`` measures with another number of rows.
"""

from __future__ import annotations

import sys

from benchmarks.events import POSTGRESQL, database, run_child

ROWS, CONNECTIONS = 10_000_000, 10_000
GOAL = 1.5


def main(rows: int = ROWS) -> None:
    """Compare looks, lists and freshness beside few rows and beside many."""
    with database(POSTGRESQL) as url:
        found = run_child("benchmarks.scale_child", "", url, "", str(rows), str(CONNECTIONS))
    print(f"{rows:,} rows of one organization, {CONNECTIONS:,} connections of others, PostgreSQL")
    for name, (few, many) in found.items():
        print(
            f"{name:<44} {few:7.1f} ms with few rows, {many:7.1f} ms   {many / few:.2f}"
            f" (goal: {GOAL})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
