"""Kill, restart, count: ``python -m tests.kills.harness --kills 100``.

Two publishers, two workers of events, one of jobs and a server with its child run the real code
over one database. Each is killed (SIGKILL) at a named point between two steps, or by chance from
outside, and started again, until enough kills were made; of the server its child, its web process,
or all at once. The database's and the broker's servers are killed and started again on demand. Then
everything is left to finish, and what was lost, doubled or put out of order is counted.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from settings.test import TEST_ENVIRONMENT
from tests.journeys.fleets import free_ports
from tests.kills.servers import PostgreSql, RabbitMq, Redis
from tests.processes import embedded_workers, web_processes

ROOT = Path(__file__).resolve().parents[2]
PUBLISH_POINTS = ("publish.commit:before:0.02", "publish.commit:after:0.02")
WORK_POINTS = (
    *("relay.deliver:before:0.2", "relay.deliver:after:0.2"),
    *("dispatch.rows:after:0.2", "dispatch.batch:after:0.2"),
    *("dispatch.handle:before:0.02", "dispatch.handle:after:0.02"),
    *("work.commit:before:0.1", "work.commit:after:0.1"),
)
BUS_POINTS = (
    *("bus.send:before:0.2", "bus.send:after:0.2"),
    *("ingest.store:before:0.2", "ingest.store:after:0.2"),
    *("ingest.acknowledge:before:0.2", "ingest.acknowledge:after:0.2"),
)
JOB_POINTS = (
    *("jobs.hand_over:after:0.05", "jobs.claim:after:0.1"),
    *("jobs.effect:before:0.1", "jobs.effect:after:0.1"),
)
PUBLISHERS = 2
WORKERS = 2
#: The chance of a kill from outside, of any process and inside the server, at each look.
CHANCE = 0.02
#: Planted bug to the point where it does its harm, and to what it needs.
BUGS = {
    "effect and mark in two transactions": ("work.commit:after:0.2", ""),
    "marked before sent": ("work.commit:after:0.2", ""),
    "acknowledged before stored": ("ingest.acknowledge:after:0.3", "bus"),
    "rows claimed instead of shards": ("work.commit:after:0.02", "postgresql"),
}
BUSES = {"rabbitmq": RabbitMq, "redis": Redis}
FINISH_SECONDS = 240


@dataclass
class Report:
    """What a run counted."""

    where: str
    events: int
    jobs: int = 0
    kills: int = 0
    kills_of_children: int = 0
    restarts: int = 0
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
            f"{self.where:<22}{self.kills:>5} kills"
            f" ({self.kills_of_children} of a server's children)"
            f" {self.restarts:>3} restarts of databases and brokers"
            f" {self.events:>6} events {self.jobs:>4} jobs"
            f"   lost {self.lost}, doubled {self.doubled}, out of order {self.disordered}{planted}"
        )


class Run:
    """One database, one load, many kills."""

    def __init__(self, url, bus_url, servers, asked, *, log, plant=""):
        self._environ = {
            "PATH": os.environ["PATH"],
            **TEST_ENVIRONMENT,
            "DATABASE_URL": url,
            "EVENT_BUS_URL": bus_url,
            "DJANGO_SETTINGS_MODULE": "settings.monolith",
            "LOG_LEVEL": "CRITICAL",
            "KILL_PLANT": plant,
            "BIND_ADDRESS": "127.0.0.1",
            "PORT": str(free_ports(1)[0]),
            "KILL_PAUSE": str(asked.pause),
        }
        self._has_bus, self._log, self._killed_in_server = bool(bus_url), log, 0
        self._servers, self._asked = servers, asked
        self._random = random.Random(asked.seed)
        self._processes = {}
        self._restart_at = time.monotonic() + 3
        where = url.partition(":")[0] + (f" {bus_url.partition(':')[0]}" if bus_url else "")
        self.report = Report(where, PUBLISHERS * asked.events, plant=plant)

    def execute(self):
        """Run under kills, then without, and count."""
        self._command("-m", "tests.kills.setup")
        try:
            while self._is_wanting() and not self._is_published():
                self._keep_running(is_armed=True)
                time.sleep(0.02)
                if self._random.random() < CHANCE:
                    self._kill_any()
                if self._random.random() < CHANCE:
                    self._kill_in_server(self._processes["server", "0"])
                self._restart_a_server()
            self._finish()
        finally:
            self._stop_all()
        self._count()
        return self.report

    def endure_outage(self, seconds):
        """Stop the broker under load and start it again; says what happened meanwhile."""
        self._command("-m", "tests.kills.setup")
        [broker] = [server for server in self._servers if not isinstance(server, PostgreSql)]
        [port] = free_ports(1)
        web = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.child", "serve", str(port)],
            cwd=ROOT,
            env={**self._environ, "KILL_SEED": "0"},
        )
        try:
            self._keep_running(is_armed=False)
            until = time.monotonic() + FINISH_SECONDS
            while (before := _bus_part(port)) == "no answer" and time.monotonic() < until:
                time.sleep(1)
            print("before:", before)
            broker.kill()
            self.report.restarts += 1
            published = self._facts()
            time.sleep(seconds)
            print(f"after {seconds} s without the broker:", _bus_part(port))
            print("published meanwhile:", self._facts() - published)
            broker.start()
            self._finish(keep=True)
            print("at the end:", _bus_part(port))
        finally:
            web.terminate()
            web.wait()
            self._stop_all()
        self._count()
        return self.report

    def _is_wanting(self):
        report, asked = self.report, self._asked
        itself = self._log.stat().st_size if self._log.exists() else 0
        report.kills_of_children = self._killed_in_server + itself
        return (
            report.kills < asked.kills
            or report.kills_of_children < asked.kills // 10
            or report.restarts < asked.restarts
        )

    def _roles(self):
        for number in range(PUBLISHERS):
            yield ("publish", str(number), str(self._asked.events)), PUBLISH_POINTS
        for number in range(WORKERS):
            yield ("work", str(number)), WORK_POINTS + BUS_POINTS * self._has_bus
        yield ("jobs", "0"), JOB_POINTS
        yield ("server", "0"), WORK_POINTS + JOB_POINTS

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
                point = BUGS[self.report.plant][0]
            seed = str(self._random.randrange(10**9))
            self._processes[role] = subprocess.Popen(
                [sys.executable, "-m", "tests.kills.child", *role],
                cwd=ROOT,
                env={
                    **self._environ,
                    "KILL_POINT": point,
                    "KILL_SEED": seed,
                    "KILL_LOG": str(self._log) if role[0] == "server" else os.devnull,
                },
                # gunicorn tells of each of its processes that is killed.
                stderr=subprocess.DEVNULL if role[0] == "server" else None,
                start_new_session=True,
            )

    def _kill_any(self):
        alive = [p for p in self._processes.values() if p.poll() is None]
        if alive:
            self._random.choice(alive).kill()

    def _kill_in_server(self, server):
        """Kill the server's worker alone, its web process alone, or all of it at once."""
        if not web_processes(server.pid):
            return
        find = self._random.choice((embedded_workers, web_processes, None))
        if find is None:
            _kill_group(server)
        for process in find(server.pid) if find else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                self._killed_in_server += 1

    def _restart_a_server(self):
        if self.report.restarts >= self._asked.restarts or time.monotonic() < self._restart_at:
            return
        server = self._servers[self.report.restarts % len(self._servers)]
        server.kill()
        time.sleep(1)
        server.start()
        self.report.restarts += 1
        self._restart_at = time.monotonic() + 3

    def _is_published(self):
        publishers = [p for role, p in self._processes.items() if role[0] == "publish"]
        return len(publishers) == PUBLISHERS and all(p.poll() == 0 for p in publishers)

    def _finish(self, *, keep=False):
        if not keep:
            self._stop_all()
            self._processes.clear()
        until, handled = time.monotonic() + FINISH_SECONDS, -1
        while time.monotonic() < until:
            self._keep_running(is_armed=False)
            if self._is_published() and self._command("-m", "tests.kills.setup", "idle") == 0:
                # Idle twice with nothing handled in between: nothing is on its way either.
                now = self._command("-m", "tests.kills.setup", "handled", capture=True)
                if now == handled:
                    return
                handled = now
            time.sleep(0.3)

    def _stop_all(self):
        # Whatever was killed but not yet seen counts too, and nothing outlives the run.
        for process in self._processes.values():
            _kill_group(process)
            process.wait()

    def _facts(self):
        counted = self._command("-m", "tests.kills.setup", "count", capture=True)
        return int(counted.split()[0])

    def _count(self):
        counted = self._command("-m", "tests.kills.setup", "count", capture=True)
        report = self.report
        facts, report.jobs, report.lost, report.doubled, report.disordered = map(
            int, counted.split()
        )
        if facts != report.events:
            raise RuntimeError(f"only {facts} of {report.events} events were published")

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


def _kill_group(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _bus_part(port):
    with contextlib.suppress(OSError):
        address = f"http://127.0.0.1:{port}/health/ready"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, json.load(answer)["checks"].get("event_bus")
    return "no answer"


def main():
    """Run what the arguments ask for and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=2000, help="Of each publisher.")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--postgresql", action="store_true", help="Default: SQLite.")
    parser.add_argument("--bus", choices=BUSES, help="Default: no broker.")
    parser.add_argument("--restarts", type=int, default=0, help="Kill the servers as well.")
    parser.add_argument("--plants", action="store_true", help="Show that planted bugs are seen.")
    parser.add_argument("--outage", type=int, default=0, help="Seconds without the broker.")
    parser.add_argument("--pause", type=float, default=0, help="Seconds between two events.")
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    if asked.outage:
        return 0 if _run(asked, outage=asked.outage).is_clean else 1
    is_right = _run(asked).is_clean
    for bug, (_, needs) in BUGS.items() if asked.plants else ():
        if needs in ("", "bus" if asked.bus else "", "postgresql" if asked.postgresql else ""):
            is_right &= not _run(asked, plant=bug).is_clean
    return 0 if is_right else 1


def _run(asked, *, plant="", outage=0):
    kinds = ([PostgreSql] if asked.postgresql else []) + ([BUSES[asked.bus]] if asked.bus else [])
    with contextlib.ExitStack() as stack:
        servers = []
        for kind in kinds:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="omnify-kills-"))
            # Whoever owns the server's process has to get in.
            Path(folder).chmod(0o755)
            servers.append(kind(folder))
            servers[-1].start()
            stack.callback(servers[-1].kill)
        own = stack.enter_context(tempfile.TemporaryDirectory())
        url = servers[0].url if asked.postgresql else f"sqlite:///{own}/kills.sqlite3"
        bus_url = servers[-1].url if asked.bus else ""
        run = Run(url, bus_url, servers, asked, log=Path(own, "kills.log"), plant=plant)
        report = run.endure_outage(outage) if outage else run.execute()
    print(report, flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
