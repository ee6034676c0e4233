"""Real fleets on free ports."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in sockets]


@contextlib.contextmanager
def new_database(folder, name, server):
    """The URL of a database that is not there before and not after: on a server, else a file."""
    if not server:
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    unique = f"omnify_test_{name}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{unique}"')
        yield f"{server.rpartition('/')[0]}/{unique}"
        connection.execute(f'DROP DATABASE "{unique}" WITH (FORCE)')


@pytest.fixture
def databases(tmp_path):
    """Make databases by name; they go when the fleets have stopped."""
    server = os.environ.get("OMNIFY_TEST_DATABASE_URL")
    with contextlib.ExitStack() as stack:
        yield lambda name: stack.enter_context(new_database(tmp_path, name, server))


@pytest.fixture
def run_fleet(tmp_path, databases):
    """Run a fleet of slices on free ports; returns service to address."""
    running, readers = [], []

    def start(slices, **environ):
        ports = free_ports(len(slices))
        lines = ['name = "test"']
        for index, (services, port) in enumerate(zip(slices, ports, strict=True)):
            listed = ", ".join(f'"{name}"' for name in services)
            lines += [f"[slices.s{index}]", f"services = [{listed}]", f"port = {port}"]
        file = tmp_path / "fleet.toml"
        file.write_text("\n".join(lines))
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        fleet = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "topology", "up", str(file)],
            env={
                **kept,
                "DATABASE_URL": databases("fleet"),
                "OMNIFY_DRAIN_SECONDS": "0",
                "OMNIFY_DRAIN_DIRECTORY": str(tmp_path),
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(fleet)
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
        readers.append(reader)
        ready.wait()
        if "fleet ready\n" not in seen:
            pytest.fail("".join(seen))
        return {
            name: f"http://127.0.0.1:{port}"
            for services, port in zip(slices, ports, strict=True)
            for name in services
        }

    yield start
    for fleet in running:
        fleet.send_signal(signal.SIGTERM)
        fleet.wait(timeout=60)
    for reader in readers:
        reader.join()
    for fleet in running:
        fleet.stdout.close()
        assert fleet.returncode == 0
