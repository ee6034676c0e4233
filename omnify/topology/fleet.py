"""A fleet on this machine: migrated, started, watched, stopped."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec
import requests

from omnify.conf import settings
from omnify.topology.environment import slice_environment
from omnify.topology.files import Slice, Topology
from omnify.topology.processes import Child
from omnify.topology.statics import collect_when_stale

#: How long the fleet may take until every slice is ready, in seconds.
READY_SECONDS = 90.0
#: How long a slice may take to stop before it is killed, in seconds.
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.1


class FleetError(RuntimeError):
    """A fleet did not start or did not stay; the message says which slice and why."""


class Replica(msgspec.Struct, frozen=True):
    """One server of the fleet."""

    slice_name: str
    part: Slice
    port: int

    @property
    def name(self) -> str:
        """The slice, and the port where it has several replicas."""
        return self.slice_name if self.part.replicas == 1 else f"{self.slice_name}:{self.port}"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


class ReplicaStatus(msgspec.Struct, frozen=True):
    """What a server says of itself; ``state`` is down, ok, degraded or failed."""

    replica: Replica
    state: str
    version: str = ""
    services: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def replicas_of(topology: Topology) -> list[Replica]:
    """All servers of a topology."""
    return [
        Replica(name, part, port) for name, part in topology.slices.items() for port in part.ports
    ]


def ask_status(replica: Replica) -> ReplicaStatus:
    """Ask a server how it is."""
    try:
        response = requests.get(f"{replica.url}/health", timeout=5)
        body: dict[str, Any] = response.json()
    except (requests.RequestException, ValueError):
        return ReplicaStatus(replica, "down", problems=("does not answer",))
    problems = [
        f"{part}: {result.get('reason', result['status'])}"
        for part, result in body["checks"].items()
        if result["status"] != "ok"
    ]
    return ReplicaStatus(
        replica, body["status"], body["version"], tuple(body["services"]), tuple(problems)
    )


class Fleet:
    """The processes of a topology."""

    def __init__(
        self, topology: Topology, *, environ: Mapping[str, str], root: Path, out: IO[str]
    ) -> None:
        self._topology = topology
        self._environ = environ
        self._root = root
        self._out = out
        self._children: list[Child] = []

    def prepare(self) -> None:
        """Migrate the databases of all slices, and collect static files if any changed.

        Raises:
            FleetError: a command failed; its output is in the message.
        """
        for replica in replicas_of(self._topology):
            if replica.port == replica.part.port and replica.part.services:
                self._manage(replica, "migrate")
        first = replicas_of(self._topology)[0]
        collect_when_stale(
            Path(settings.STATIC_ROOT),
            lambda: self._manage(first, "collectstatic", "--no-input", "-v", "0"),
        )

    def start(self) -> None:
        """Start every server."""
        for replica in replicas_of(self._topology):
            command = [sys.executable, str(self._root / "manage.py"), "serve"]
            self._children.append(
                Child(replica.name, command, self._environment(replica), self._out)
            )

    def wait_until_ready(self) -> list[ReplicaStatus]:
        """Wait until every server has started and is ready.

        Raises:
            FleetError: one ended, or is not ready in time.
        """
        until = time.monotonic() + READY_SECONDS
        waiting = {replica.name: replica for replica in replicas_of(self._topology)}
        found: dict[str, ReplicaStatus] = {}
        while waiting:
            self.refuse_dead()
            for name, replica in list(waiting.items()):
                status = ask_status(replica)
                if status.state in ("ok", "degraded"):
                    found[name] = status
                    del waiting[name]
                elif time.monotonic() > until:
                    reasons = "; ".join(status.problems)
                    raise FleetError(f"slice '{name}' is not ready: {reasons}")
            time.sleep(_POLL_SECONDS)
        return [found[replica.name] for replica in replicas_of(self._topology)]

    def run_script(self, script: Path) -> str:
        """Run a Python script beside the fleet; returns what it printed.

        Raises:
            FleetError: it failed.
        """
        return self._run_python(replicas_of(self._topology)[0], str(script))

    def refuse_dead(self) -> None:
        """Raise when a server ended by itself.

        Raises:
            FleetError: with the server's last lines.
        """
        for child in self._children:
            if child.exit_code is not None:
                lines = "\n  ".join(child.last_lines)
                raise FleetError(
                    f"slice '{child.name}' ended with code {child.exit_code}:\n  {lines}"
                )

    def stop(self) -> None:
        """Stop every server; all drain at once."""
        for child in self._children:
            child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.finish(max(0.1, until - time.monotonic()))

    def _environment(self, replica: Replica) -> dict[str, str]:
        return slice_environment(self._topology, replica.part, replica.port, self._environ)

    def _manage(self, replica: Replica, *arguments: str) -> None:
        self._run_python(replica, str(self._root / "manage.py"), *arguments)

    def _run_python(self, replica: Replica, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            env=self._environment(replica),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            output = (done.stdout + done.stderr)[-4000:]
            what = " ".join(Path(argument).name for argument in arguments)
            raise FleetError(f"'{what}' failed for slice '{replica.slice_name}':\n{output}")
        return done.stdout


def lines_of(statuses: list[ReplicaStatus]) -> Iterator[str]:
    """A table of servers."""
    yield f"{'slice':<18}{'state':<10}{'version':<9}{'address':<24}services"
    for status in statuses:
        services = ", ".join(status.services or status.replica.part.services)
        address = status.replica.url.replace("127.0.0.1", "localhost")
        yield (
            f"{status.replica.name:<18}{status.state:<10}{status.version:<9}{address:<24}{services}"
        )
        for problem in status.problems:
            yield f"{'':<18}{problem}"
