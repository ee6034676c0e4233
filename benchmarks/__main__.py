"""Print all figures: ``python -m benchmarks``, or some: ``python -m benchmarks calls hop``."""

import sys

from benchmarks import calls, events, guessing, hop, jobs, slices

FIGURES = {
    "calls": calls.main,
    "hop": hop.main,
    "slices": slices.main,
    "events": events.main,
    "jobs": jobs.main,
    "guessing": guessing.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or FIGURES:
        print(f"\n== {name}")
        FIGURES[name]()
