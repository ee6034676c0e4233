"""Kill, restart, count: ``python -m tests.kills.harness --kills 100``.

Two publishers and two workers run the real code over one database. Each is killed (SIGKILL) at a
named point between two steps, or by chance from outside, and started again, until enough kills were
made; then everything is left to finish and counted.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from settings.test import TEST_ENVIRONMENT
from tests.journeys.conftest import new_database

ROOT = Path(__file__).resolve().parents[2]
PUBLISH_POINTS = ("publish.commit:before:0.02", "publish.commit:after:0.02")
WORK_POINTS = (
    *("relay.deliver:before:0.2", "relay.deliver:after:0.2"),
    *("dispatch.rows:after:0.2", "dispatch.batch:after:0.2"),
    *("dispatch.handle:before:0.02", "dispatch.handle:after:0.02"),
    *("work.commit:before:0.1", "work.commit:after:0.1"),
)
# Where the planted bugs do their harm: between two commits of a worker.
PLANTED_POINT = "work.commit:after:0.2"
PUBLISHERS = 2
WORKERS = 2
BUGS = ("effect and mark in two transactions", "marked before sent")


@dataclass
class Report:
    """What a run counted."""

    database: str
    events: int
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    plant: str = ""

    @property
    def is_clean(self):
        return not (self.lost or self.doubled or self.disordered)

    def __str__(self):
        planted = f"   planted: {self.plant}" if self.plant else ""
        return (
            f"{self.database:<12}{self.kills:>5} kills {self.events:>6} events"
            f"   lost {self.lost}, doubled {self.doubled}, out of order {self.disordered}{planted}"
        )


class Run:
    """One database, one load, many kills."""

    def __init__(self, url, *, kills, events, seed, plant=""):
        self._environ = {
            "PATH": os.environ["PATH"],
            **TEST_ENVIRONMENT,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "settings.monolith",
            "LOG_LEVEL": "CRITICAL",
            "KILL_PLANT": plant,
        }
        self._kills, self._events = kills, events
        self._random = random.Random(seed)
        self._processes = {}
        self.report = Report(url.partition(":")[0], PUBLISHERS * events, plant=plant)

    def execute(self):
        """Run under kills, then without, and count."""
        self._command("-m", "tests.kills.setup")
        try:
            while self.report.kills < self._kills and not self._is_published():
                self._keep_running(is_armed=True)
                time.sleep(0.02)
                if self._random.random() < 0.02:
                    self._kill_any()
            self._finish()
        finally:
            self._stop_all()
        self._count()
        return self.report

    def _roles(self):
        for number in range(PUBLISHERS):
            yield ("publish", str(number), str(self._events)), PUBLISH_POINTS
        for number in range(WORKERS):
            yield ("work", str(number)), WORK_POINTS

    def _keep_running(self, *, is_armed):
        for role, points in self._roles():
            process = self._processes.get(role)
            if process is not None and process.poll() is None:
                continue
            if process is not None:
                if process.returncode == -signal.SIGKILL:
                    self.report.kills += 1
                elif role[0] == "publish" and process.returncode == 0:
                    continue
            point = self._random.choice(points) if is_armed else ""
            if point and self.report.plant and role[0] == "work":
                point = PLANTED_POINT
            seed = str(self._random.randrange(10**9))
            self._processes[role] = subprocess.Popen(
                [sys.executable, "-m", "tests.kills.child", *role],
                cwd=ROOT,
                env={**self._environ, "KILL_POINT": point, "KILL_SEED": seed},
            )

    def _kill_any(self):
        alive = [p for p in self._processes.values() if p.poll() is None]
        if alive:
            self._random.choice(alive).kill()

    def _is_published(self):
        return (
            all(
                process.poll() == 0
                for role, process in self._processes.items()
                if role[0] == "publish"
            )
            and len(self._processes) == PUBLISHERS + WORKERS
        )

    def _finish(self):
        self._stop_all()
        self._processes.clear()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            self._keep_running(is_armed=False)
            if self._is_published() and self._command("-m", "tests.kills.setup", "idle") == 0:
                return
            time.sleep(0.1)

    def _stop_all(self):
        # Whatever was killed but not yet seen counts too, and nothing outlives the run.
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def _count(self):
        done = self._command("-m", "tests.kills.setup", "count", capture=True)
        facts, self.report.lost, self.report.doubled, self.report.disordered = map(
            int, done.split()
        )
        if facts != self.report.events:
            raise RuntimeError(f"only {facts} of {self.report.events} events were published")

    def _command(self, *arguments, capture=False):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environ,
            check=False,
            stdout=subprocess.PIPE if capture else None,
            text=True,
        )
        return done.stdout if capture else done.returncode


def main():
    """Run what the arguments ask for and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--postgresql", default="", help="A server's URL; default: SQLite.")
    parser.add_argument("--plants", action="store_true", help="Show that planted bugs are seen.")
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    options = {"kills": asked.kills, "events": asked.events, "seed": asked.seed}
    is_right = _run(asked.postgresql, **options).is_clean
    for bug in BUGS if asked.plants else ():
        is_right &= not _run(asked.postgresql, **options, plant=bug).is_clean
    return 0 if is_right else 1


def _run(server, **options):
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(new_database(folder, "kills", server))
        report = Run(url, **options).execute()
    print(report, flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
