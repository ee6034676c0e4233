"""Print all figures, ``python -m benchmarks``, or some: ``python -m benchmarks calls hop``."""

import sys
from pathlib import Path

from benchmarks import (
    access,
    calls,
    consent,
    events,
    files,
    guessing,
    hop,
    hostile,
    idle,
    jobs,
    pages,
    queries,
    rights,
    scale,
    slices,
    syncing,
    webhooks,
)
from omnify.conf import settings

FIGURES = {
    "calls": calls.main,
    "hop": hop.main,
    "slices": slices.main,
    "idle": idle.main,
    "hostile": hostile.main,
    "events": events.main,
    "jobs": jobs.main,
    "access": access.main,
    "rights": rights.main,
    "guessing": guessing.main,
    "files": files.main,
    "queries": queries.main,
    "scale": scale.main,
    "syncing": syncing.main,
    "webhooks": webhooks.main,
    "consent": consent.main,
    "pages": pages.main,
}

if __name__ == "__main__":
    # WhiteNoise warns where it is missing; nothing that is measured reads a file of it.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or FIGURES:
        print(f"\n== {name}")
        FIGURES[name]()
