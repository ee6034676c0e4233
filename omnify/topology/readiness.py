"""Waiting for processes of a fleet, and noticing that one has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from omnify.topology.deployments import Process, Server
from omnify.topology.exceptions import FleetError
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.processes import Child
from omnify.topology.status import ServerStatus, ask_status

#: How long servers may take until they are ready, in seconds.
READY_SECONDS = 90.0
_POLL_SECONDS = 0.1


def wait_until_ready(
    processes: Collection[Process], *, meanwhile: Callable[[], None]
) -> list[ServerStatus]:
    """Wait until servers are ready and no process has ended; returns the servers' states.

    Raises:
        FleetError: a process ended, or a server is not ready in time.
    """
    until = time.monotonic() + READY_SECONDS
    servers = [process for process in processes if isinstance(process, Server)]
    statuses = []
    for server in servers:
        while not (status := ask_status(server.target)).is_ready:
            refuse_ended(processes)
            if time.monotonic() > until:
                reasons = "; ".join(status.problems)
                raise FleetError(
                    f"slice '{server.child.name}' is not ready after {READY_SECONDS:g} s: {reasons}"
                )
            meanwhile()
            time.sleep(_POLL_SECONDS)
        statuses.append(status)
    # A foreign server may answer on the port of one that could not take it.
    refuse_ended(processes)
    return statuses


def wait_for_gateway(gateway: LocalGateway) -> None:
    """Wait until a gateway answers.

    Raises:
        FleetError: it ended, or does not answer in time.
    """
    until = time.monotonic() + READY_SECONDS
    while not gateway.is_up():
        if gateway.child and gateway.child.exit_code is not None:
            raise FleetError(describe_end(gateway.child))
        if time.monotonic() > until:
            raise FleetError(f"the gateway does not answer after {READY_SECONDS:g} s")
        time.sleep(_POLL_SECONDS)


def refuse_ended(processes: Iterable[Process]) -> None:
    """Refuse to continue after a process has ended.

    Raises:
        FleetError: one has; the message has its last lines.
    """
    for process in processes:
        if process.child.exit_code is not None:
            raise FleetError(describe_end(process.child))


def describe_end(child: Child) -> str:
    """Say how a process ended, with its last lines."""
    lines = "\n  ".join(child.last_lines)
    return f"'{child.name}' ended with code {child.exit_code}:\n  {lines}"
