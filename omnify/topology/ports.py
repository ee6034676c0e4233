"""Ports of this machine: which of them a server can listen on."""

from __future__ import annotations

import socket
from collections.abc import Container

from omnify.topology.files import Slice

HIGHEST_PORT = 65_535


def choose_port(part: Slice, index: int, *, taken: Container[int]) -> int:
    """Return the port of a slice's replica, or any free one while another server has it."""
    port = part.ports[index]
    return port if port not in taken and not find_port_problem(port) else _any_free_port()


def find_port_problem(port: int) -> str:
    """Say why a port of this machine cannot be listened on now; empty if it can."""
    if not 0 < port <= HIGHEST_PORT:
        return f"does not exist: choose one from 1024 to {HIGHEST_PORT}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "may only be used by root: choose one from 1024 on"
        except OSError:
            return "is taken: stop what listens there or change the file"
    return ""


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
