"""Real fleets on free ports, with databases that are not there before and not after."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg

from omnify.services.registry import manifests
from omnify.topology.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[2]


MONOLITH = [tuple(manifests())]
MICROSERVICES = [(name,) for name in manifests()]
#: Three slices, and the services with databases of their own: what happens in one reaches all.
SPLIT = [
    ("auth", "onboarding", "infrastructure"),
    ("integrations", "agentkit"),
    ("analytics", "ml"),
]
SPLIT_OWN = ("analytics", "ml")
#: Where the ports of tests lie: below those that the kernel gives to outgoing connections.
_PORTS = range(20_000, 32_000)
#: Sockets that stand for the ports this process has taken.
_taken = []


def free_ports(count):
    """Ports that no test, of this process or another, has taken or takes while this one runs."""
    start = os.getpid() % len(_PORTS)
    candidates = itertools.chain(_PORTS[start:], _PORTS[:start])
    return list(itertools.islice(filter(_take_port, candidates), count))


def _take_port(port):
    # An abstract name can be bound once on a machine, and is free again when its process is gone.
    claim = socket.socket(socket.AF_UNIX)
    with contextlib.closing(socket.socket()) as probe:
        try:
            claim.bind(f"\0omnify-test-port-{port}")
            probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            return False
    _taken.append(claim)
    return True


@contextlib.contextmanager
def new_database(folder, name, server):
    """The URL of a database that is not there before and not after: on a server, else a file."""
    if not server:
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    # Several fleets of one process run at a time, each with databases of these names.
    unique = f"omnify_test_{name}_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{unique}"')
        try:
            yield f"{server.rpartition('/')[0]}/{unique}"
        finally:
            connection.execute(f'DROP DATABASE "{unique}" WITH (FORCE)')


@contextlib.contextmanager
def running_fleet(folder, slices, *, has_gateway=False, **environ):
    """Run a fleet of slices, each a list of services; gives service to its address."""
    *ports, gateway = free_ports(len(slices) + 1)
    lines = ['name = "test"']
    for index, (services, port) in enumerate(zip(slices, ports, strict=True)):
        listed = ", ".join(f'"{name}"' for name in services)
        lines += [f"[slices.s{index}]", f"services = [{listed}]", f"port = {port}"]
    file = folder / "fleet.toml"
    file.write_text("\n".join(lines))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    fleet = subprocess.Popen(
        [
            *(sys.executable, str(ROOT / "manage.py"), "topology", "up", str(file)),
            *(("--gateway", str(gateway)) if has_gateway else ()),
        ],
        env={
            **kept,
            "OMNIFY_DRAIN_SECONDS": "0",
            "OMNIFY_DRAIN_DIRECTORY": str(folder),
            **environ,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A run of tests that is cut off leaves nothing behind.
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a system call, which takes no lock
    )
    seen, ready = [], threading.Event()

    def read():
        # To the end: a fleet whose pipe is full would stop in the middle of a request.
        for line in fleet.stdout:
            seen.append(line)
            if line == "fleet ready\n":
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    ready.wait()
    try:
        assert "fleet ready\n" in seen, "".join(seen)
        yield {
            name: f"http://127.0.0.1:{gateway if has_gateway else port}"
            for services, port in zip(slices, ports, strict=True)
            for name in services
        }
    finally:
        fleet.send_signal(signal.SIGTERM)
        fleet.wait(timeout=60)
        reader.join()
        fleet.stdout.close()
    assert fleet.returncode == 0, "".join(seen[-20:])


class RunningFleet(NamedTuple):
    """Service to address, and the database of the services that have none of their own."""

    addresses: dict
    database: str


@contextlib.contextmanager
def fleet_with_databases(folder, slices, *, own=(), **environ):
    """Run a fleet with databases that are new; services in ``own`` have one each."""
    server = os.environ.get("OMNIFY_TEST_DATABASE_URL")
    with contextlib.ExitStack() as stack:
        shared, *others = (
            stack.enter_context(new_database(folder, name, server)) for name in ("shared", *own)
        )
        urls = {f"{name.upper()}_DATABASE_URL": url for name, url in zip(own, others, strict=True)}
        if server:
            # PostgreSQL allows 100 connections, and each slice and its worker keep some.
            environ = {"WEB_THREADS": "4", "JOBS_CONCURRENCY": "1", **environ}
        addresses = stack.enter_context(
            running_fleet(folder, slices, DATABASE_URL=shared, **urls, **environ)
        )
        yield RunningFleet(addresses, shared)


class FleetKeeper:
    """Keeps a fleet running from test to test, until one asks for another.

    ``environ`` are settings of all its fleets.
    """

    def __init__(self, folder, **environ):
        self._folder, self._environ, self._count = folder, environ, 0
        self._kept, self._stack = None, contextlib.ExitStack()

    def run(self, slices, *, own=()):
        """The fleet of some slices, with what earlier tests left in it."""
        asked = (slices, own)
        if self._kept != asked:
            self.stop()
            self._count += 1
            folder = self._folder / str(self._count)
            folder.mkdir()
            self._fleet = self._stack.enter_context(
                fleet_with_databases(folder, slices, own=own, **self._environ)
            )
            self._kept = asked
        return self._fleet

    def stop(self):
        """Stop what runs."""
        self._kept = None
        self._stack.close()
