"""A running fleet of a plan: real gunicorn processes on free ports, observed and watched."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import requests

from tests.journeys.fleets import free_ports
from tests.layouts.databases import Databases
from tests.layouts.plans import Plan
from tests.layouts.workshop import ROOT, ForkServer, Workshop

_READY_SECONDS = 60.0
#: Address of a service for a slice: by default its own, in tests of faults a proxy's.
Route = Callable[[int, str, str], str]


class Fleet:
    """The slices of a plan; ``addresses`` is service to URL."""

    def __init__(self, plan: Plan, databases: Databases, folder: Path) -> None:
        self.plan = plan
        self.databases = databases
        self.folder = folder
        self.ports = free_ports(len(plan.slices))
        self.addresses = {
            name: f"http://127.0.0.1:{port}"
            for part, port in zip(plan.slices, self.ports, strict=True)
            for name in part
        }
        #: What tests keep for as long as the fleet runs.
        self.kept: dict[str, Any] = {}
        self._session = requests.Session()
        self._session.trust_env = False
        self._running: list[tuple[ForkServer, int]] = []
        self._environs: list[dict[str, str]] = []
        self._stack = ExitStack()
        self._records: list[IO[str]] = []

    def start(
        self,
        workshop: Workshop,
        *,
        route: Route,
        roots: Mapping[int, Path],
        environ: Mapping[str, str],
    ) -> None:
        """Start every slice and wait until all answer."""
        common = workshop.environ(self.databases, self.folder) | dict(environ)
        for index, part in enumerate(self.plan.slices):
            addresses = {
                f"{name.upper()}_SERVICE_URL": route(index, name, url)
                for name, url in self.addresses.items()
            }
            records = self.folder / f"slice-{index}.records"
            self._records.append(self._stack.enter_context(records.open("a+")))
            own = {
                "OMNIFY_SERVICES": ",".join(part),
                "PORT": str(self.ports[index]),
                "LAYOUTS_RECORDS": str(records),
            }
            server = workshop.server(roots.get(index, ROOT))
            self._environs.append(common | addresses | own)
            started = server.start("serve", self._environs[index], self._log(index))
            self._running.append((server, started))
        self._wait_until_ready()

    def take_records(self) -> list[dict[str, Any]]:
        """What the slices wrote down since the last time, in the order of time."""
        found = [json.loads(line) for file in self._records for line in file]
        return sorted(found, key=lambda record: record["at"])

    def forget_failures(self) -> None:
        """Close every circuit breaker."""
        self._tell("forget")

    def forget_keys(self) -> None:
        """Drop the keys that verify tokens, so that the next request fetches them."""
        self._tell("forget-keys")

    def _tell(self, what: str) -> None:
        for port in self.ports:
            self._session.post(f"http://127.0.0.1:{port}/_layouts/{what}")

    def manage(self, service: str, *arguments: str) -> tuple[int, str]:
        """Run a management command in the slice that hosts a service: its code and its output."""
        index = next(i for i, part in enumerate(self.plan.slices) if service in part)
        server, _ = self._running[index]
        log = self.folder / "command.log"
        log.unlink(missing_ok=True)
        code = server.wait(server.start("manage", self._environs[index], log, *arguments))
        return code, log.read_text()

    def logs(self) -> str:
        """The last lines of every slice."""
        return "\n".join(
            f"{','.join(part)}: {line}"
            for index, part in enumerate(self.plan.slices)
            for line in self._log(index).read_text().splitlines()[-20:]
        )

    def stop(self) -> None:
        """Stop every slice."""
        self._session.close()
        self._stack.close()
        self.databases.close()
        for server in {server for server, _ in self._running}:
            server.stop([process for owner, process in self._running if owner is server])

    def _log(self, index: int) -> Path:
        return self.folder / f"slice-{index}.log"

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + _READY_SECONDS
        for port in self.ports:
            while not self._answers(port):
                if time.monotonic() > until:
                    raise RuntimeError(f"{self.plan} did not start:\n{self.logs()}")
                time.sleep(0.02)

    def _answers(self, port: int) -> bool:
        try:
            answer = self._session.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
        except requests.ConnectionError:
            return False
        return answer.ok


@contextmanager
def run_fleet(
    workshop: Workshop,
    plan: Plan,
    *,
    route: Route = lambda _slice, _service, url: url,
    roots: Mapping[int, Path] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Fleet]:
    """Run a fleet with fresh databases for as long as the block lasts.

    Args:
        workshop: what fleets share.
        plan: which services share a process, and whether they share a database.
        route: gives each slice the address at which it finds a service.
        roots: slices that run another tree of code than this one.
        environ: further variables of every slice.
    """
    folder = workshop.new_folder()
    databases = workshop.new_databases(folder, are_own=plan.has_own_databases)
    fleet = Fleet(plan, databases, folder)
    try:
        fleet.start(workshop, route=route, roots=roots or {}, environ=environ or {})
        yield fleet
    finally:
        fleet.stop()
