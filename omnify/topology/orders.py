"""Orders to a running fleet: over a socket that only its owner can open, answered line by line."""

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
from omnify.topology.files import Count
from omnify.topology.fleet import FleetError

_log = logging.getLogger(__name__)
_LONGEST_ORDER = 65_536
_Watch = Annotated[float, msgspec.Meta(ge=0, le=3600)]
Say = Callable[[str], None]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a fleet is to do: ``move``, ``scale`` or ``restart``."""

    action: str
    service: str = ""
    slice_name: str = ""
    replicas: Count = 1
    watch_seconds: _Watch = 10.0
    plan_only: bool = False


class _Asked(msgspec.Struct):
    order: Order
    connection: socket.socket


class OrderBook:
    """Takes orders on a socket, one connection each, and has them carried out in turn.

    They are carried out by whoever calls ``serve``: processes have to be started from the main
    thread, with which they end.
    """

    def __init__(self, path: Path) -> None:
        self._asked: queue.Queue[_Asked] = queue.Queue()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, carry_out: Callable[[Order, Say], None], *, seconds: float) -> None:
        """Carry out what was asked for; wait so long for something."""
        try:
            asked = self._asked.get(timeout=seconds)
        except queue.Empty:
            return
        with asked.connection as answer:
            try:
                carry_out(asked.order, lambda line: _tell(answer, {"line": line}))
                _tell(answer, {"done": True})
            except OmnifyError as error:
                _tell(answer, {"error": error.detail})
            except (FleetError, OSError) as error:
                _tell(answer, {"error": str(error)})
            except Exception as error:  # noqa: BLE001 - no order may end the fleet
                _log.exception("the order %s failed", asked.order.action)
                reason = f"{type(error).__name__}: {error}"
                _tell(answer, {"error": f"the fleet made a mistake, and runs on: {reason}"})

    def close(self) -> None:
        """Take no more orders."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                # A client that says nothing must not keep others waiting.
                connection.settimeout(5)
                line = connection.makefile("rb").readline(_LONGEST_ORDER)
                order = msgspec.json.decode(line, type=Order)
            except OSError:
                connection.close()
                continue
            except msgspec.DecodeError as error:
                _tell(connection, {"error": f"no order: {error}"})
                connection.close()
                continue
            connection.settimeout(None)
            self._asked.put(_Asked(order, connection))


def _tell(answer: socket.socket, message: dict[str, object]) -> None:
    try:
        answer.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        # Whoever asked has gone; what was ordered is done all the same.
        return


def give_order(path: Path, order: Order) -> Iterator[str]:
    """Give a fleet an order; yields what it says while it carries it out.

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
        connection.sendall(msgspec.json.encode(order) + b"\n")
        with connection.makefile("r") as answer:
            for line in answer:
                message = json.loads(line)
                if "error" in message:
                    raise FleetError(message["error"])
                if "done" in message:
                    return
                yield message["line"]
    raise FleetError("the fleet ended before it was done; what runs is what its file says")
