"""Commands to a running fleet: over a socket that only its owner can open, answered by line."""

from __future__ import annotations

import json
import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from omnify.exceptions import OmnifyError
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Count

_log = logging.getLogger(__name__)
_LONGEST_COMMAND = 65_536
#: A client that says nothing must not keep others waiting, in seconds.
_READ_SECONDS = 5
_Watch = Annotated[float, msgspec.Meta(ge=0, le=3600)]
Say = Callable[[str], None]


class FleetCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What a fleet is to do: ``move``, ``scale`` or ``restart``."""

    action: str
    service: str = ""
    slice_name: str = ""
    replicas: Count = 1
    watch_seconds: _Watch = 10.0
    plan_only: bool = False


class _Request(msgspec.Struct):
    command: FleetCommand
    connection: socket.socket


class ControlSocket:
    """Takes commands, one for each connection, and has them executed one after the other.

    They are executed by the thread that calls ``serve``: processes have to be started from the
    main thread, with which they end.
    """

    def __init__(self, path: Path) -> None:
        self._requests: queue.Queue[_Request] = queue.Queue()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, execute: Callable[[FleetCommand, Say], None], *, seconds: float) -> None:
        """Execute the next command; wait for one at most ``seconds``."""
        try:
            request = self._requests.get(timeout=seconds)
        except queue.Empty:
            return
        with request.connection as connection:
            try:
                execute(request.command, lambda line: _send(connection, {"line": line}))
                _send(connection, {"done": True})
            except OmnifyError as error:
                _send(connection, {"error": error.detail})
            except (FleetError, OSError) as error:
                _send(connection, {"error": str(error)})
            except Exception as error:  # noqa: BLE001 - no command may end the fleet
                _log.exception("the command %s failed", request.command.action)
                reason = f"{type(error).__name__}: {error}"
                _send(connection, {"error": f"an unexpected failure; the fleet runs on: {reason}"})

    def close(self) -> None:
        """Take no more commands."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                self._requests.put(_read_request(connection))
            except OSError:
                connection.close()
            except msgspec.DecodeError as error:
                _send(connection, {"error": f"not a command: {error}"})
                connection.close()


def _read_request(connection: socket.socket) -> _Request:
    connection.settimeout(_READ_SECONDS)
    line = connection.makefile("rb").readline(_LONGEST_COMMAND)
    command = msgspec.json.decode(line, type=FleetCommand)
    connection.settimeout(None)
    return _Request(command, connection)


def _send(connection: socket.socket, message: dict[str, object]) -> None:
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        # The client has gone; its command is executed all the same.
        return


def send_command(path: Path, command: FleetCommand) -> Iterator[str]:
    """Send a fleet a command; yields the lines that it answers while it executes it.

    Raises:
        FleetError: no fleet is there, or it refused; the message says why.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError as error:
            raise FleetError(
                "no fleet of this file runs here: start it with 'manage.py topology up FILE"
                " --gateway'"
            ) from error
        connection.sendall(msgspec.json.encode(command) + b"\n")
        with connection.makefile("r") as answer:
            for line in answer:
                message = json.loads(line)
                if "error" in message:
                    raise FleetError(message["error"])
                if "done" in message:
                    return
                yield message["line"]
    raise FleetError("the fleet stopped before it was done; its file says what runs")
