"""Whether a topology describes a fleet that can work."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib.util import find_spec

from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology


def find_problems(topology: Topology) -> list[str]:
    """What is wrong, a sentence each with the way out."""
    return [*_ownership(topology), *_ports(topology), *_modules(topology)]


def find_busy_ports(topology: Topology) -> list[str]:
    """Ports of the topology on which something listens on this machine already."""
    return [
        f"port {port} of slice '{name}' is taken: stop what listens there or change the file"
        for name, part in topology.slices.items()
        for port in part.ports
        if _is_busy(port)
    ]


def _ownership(topology: Topology) -> Iterator[str]:
    for name, part in topology.slices.items():
        if not part.services and not part.settings:
            yield f"slice '{name}' hosts nothing: list services, or name a settings module"
        for service in part.services:
            if service not in manifests():
                known = ", ".join(manifests())
                yield f"slice '{name}' names the unknown service '{service}'; known: {known}"
    for service in manifests():
        owners = [name for name, part in topology.slices.items() if service in part.services]
        if not owners:
            yield f"no slice hosts '{service}': add it to one"
        if len(owners) > 1:
            yield f"'{service}' is hosted by {' and '.join(owners)}: leave it in one"
    for name, part in topology.slices.items():
        twice = sorted({s for s in part.services if part.services.count(s) > 1})
        for service in twice:
            yield f"slice '{name}' lists '{service}' twice"


def _ports(topology: Topology) -> Iterator[str]:
    taken: dict[int, str] = {}
    for name, part in topology.slices.items():
        for port in part.ports:
            if port in taken:
                yield f"port {port} belongs to '{taken[port]}' and to '{name}': choose another"
            taken[port] = name


def _modules(topology: Topology) -> Iterator[str]:
    for name, part in topology.slices.items():
        if part.settings and not _exists(part):
            yield f"slice '{name}': there is no settings module '{part.settings}'"


def _exists(part: Slice) -> bool:
    try:
        return find_spec(part.settings) is not None
    except (ImportError, ValueError):
        return False


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
