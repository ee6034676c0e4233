"""Measure how fast a platform's answer becomes rows, beside the same rows through bare SQL."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.events import POSTGRESQL, ROOT, database, run_child
from benchmarks.syncing_peer import DAYS

#: Ads of each day; the second is about what a slice of several days holds at most.
ADS, MOST_ADS, ROUNDS = 100, 1_600, 3
GOAL, GOAL_MEGABYTES = 0.5, 100
_WRITES = {"new": "all new", "changed": "all changed", "same": "none changed"}


def main() -> None:
    """Read and keep in turns with bare SQL, on both databases; then the most rows of a slice."""
    for name, server in (("SQLite", ""), ("PostgreSQL", POSTGRESQL)):
        _compare(name, server)
        _weigh(name, server)


def _compare(name: str, server: str) -> None:
    with _peer() as peer, database(server) as url:
        found = run_child("benchmarks.syncing_child", "rate", url, "", peer, str(ADS), str(ROUNDS))
    rows = DAYS * ADS
    for kind, words in _WRITES.items():
        ours, bare = (rows / statistics.median(found[f"{who} {kind}"]) for who in ("ours", "bare"))
        print(
            f"{name:<12}{rows:,} rows, {words:<14}{ours:8.0f} rows/s   bare SQL {bare:8.0f}"
            f"   {ours / bare:.2f} (goal: {GOAL})"
        )


def _weigh(name: str, server: str) -> None:
    with _peer() as peer, database(server) as url:
        found = run_child("benchmarks.syncing_child", "memory", url, "", peer, str(MOST_ADS))
    [megabytes] = found["megabytes"]
    print(
        f"{name:<12}{DAYS * MOST_ADS:,} rows of one slice: {megabytes:.0f} MB above idle"
        f" (goal: {GOAL_MEGABYTES})"
    )


@contextlib.contextmanager
def _peer() -> Iterator[str]:
    """Start the platform; gives its address."""
    peer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.syncing_peer"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # Leaving closes its input, upon which it ends.
    with peer:
        yield str(peer.stdout and peer.stdout.readline().strip())
