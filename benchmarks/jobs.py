"""Measure steps of jobs beside bare DBOS steps, an idle worker, and how soon a job starts."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.events import POSTGRESQL, ROOT, database, environment, run_child

STEPS, ROUNDS, STARTS = 300, 5, 15
WARM_UP_SECONDS, IDLE_SECONDS = 70, 30
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the figures for SQLite and PostgreSQL."""
    for name, server in (("SQLite", ""), ("PostgreSQL", POSTGRESQL)):
        with database(server) as url:
            found = run_child("benchmarks.jobs_child", "steps", url, "", str(STEPS), str(ROUNDS))
            ours, bare = (statistics.median(found[kind]) for kind in ("ours", "bare"))
            print(
                f"{name:<30}{ours:8.0f} steps/s   bare DBOS {bare:6.0f}"
                f"   {ours / bare:.2f} (goal: 0.8)"
            )
            seconds = run_child("benchmarks.jobs_child", "starts", url, "", str(STARTS))["seconds"]
            print(
                f"{name:<30}asked to started: p50 {statistics.median(seconds):.2f} s,"
                f" most {max(seconds):.2f} s"
            )
            _idle(name, url)


def _idle(name: str, url: str) -> None:
    """Measure an idle worker of all services, after DBOS's busier first minute."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment(url, ""),
        stdout=subprocess.DEVNULL,
    )
    try:
        time.sleep(WARM_UP_SECONDS)
        before = _cpu_seconds(worker.pid)
        time.sleep(IDLE_SECONDS)
        share = (_cpu_seconds(worker.pid) - before) / IDLE_SECONDS
        status = Path(f"/proc/{worker.pid}/status").read_text()
        [resident] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        print(
            f"{name:<30}idle worker: {share:.1%} of a core (goal: 5 %), {int(resident) // 1024} MB"
        )
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()


def _cpu_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
