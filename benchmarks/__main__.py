"""Print all figures, ``python -m benchmarks``, or some: ``python -m benchmarks calls hop``."""

import sys

from benchmarks import (
    access,
    calls,
    events,
    files,
    guessing,
    hop,
    jobs,
    queries,
    rights,
    slices,
)

FIGURES = {
    "calls": calls.main,
    "hop": hop.main,
    "slices": slices.main,
    "events": events.main,
    "jobs": jobs.main,
    "access": access.main,
    "rights": rights.main,
    "guessing": guessing.main,
    "files": files.main,
    "queries": queries.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or FIGURES:
        print(f"\n== {name}")
        FIGURES[name]()
