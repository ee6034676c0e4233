"""Ask the servers of a fleet for their state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import requests

from omnify.topology.files import Topology


class Target(msgspec.Struct, frozen=True):
    """A server whose state can be asked; ``pid`` is its process if it runs on this machine."""

    name: str
    url: str
    services: tuple[str, ...]
    pid: int = 0


class ServerStatus(msgspec.Struct, frozen=True):
    """The state of a server: down, ok, degraded or failed, and why."""

    target: Target
    state: str
    version: str = ""
    services: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Tell whether requests may be sent to the server."""
        return self.state in ("ok", "degraded")


class _Check(msgspec.Struct):
    status: str
    reason: str = ""


class _Health(msgspec.Struct):
    """What ``/health`` answers."""

    status: str
    version: str
    services: tuple[str, ...]
    checks: dict[str, _Check]


def targets_of(topology: Topology) -> list[Target]:
    """Return all servers of a topology, where its file puts them."""
    return [
        Target(
            name if part.replicas == 1 else f"{name}:{port}",
            f"http://127.0.0.1:{port}",
            part.services,
        )
        for name, part in topology.slices.items()
        for port in part.ports
    ]


def ask_status(target: Target) -> ServerStatus:
    """Ask a server for its state."""
    try:
        response = requests.get(f"{target.url}/health", timeout=5)
        health = msgspec.json.decode(response.content, type=_Health)
    except requests.RequestException:
        return ServerStatus(target, "down", problems=("does not answer",))
    except msgspec.DecodeError:
        problem = f"another program answers there, with {response.status_code}"
        return ServerStatus(target, "down", problems=(problem,))
    problems = tuple(
        f"{part}: {check.reason or check.status}"
        for part, check in health.checks.items()
        if check.status != "ok"
    )
    return ServerStatus(target, health.status, health.version, health.services, problems)


def lines_of(statuses: Iterable[ServerStatus]) -> Iterator[str]:
    """Yield the lines of a table of servers."""
    yield f"{'slice':<18}{'state':<10}{'version':<9}{'address':<24}services"
    for status in statuses:
        services = ", ".join(status.services or status.target.services)
        address = status.target.url.replace("127.0.0.1", "localhost")
        start = f"{status.target.name:<18}{status.state:<10}{status.version:<9}"
        yield f"{start}{address:<24}{services}"
        for problem in status.problems:
            yield f"{'':<18}{problem}"
