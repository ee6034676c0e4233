"""Accept connections and give requests to threads."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer, UnixWSGIServer  # type: ignore[import-untyped]
from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from omnify.serving import limits
from omnify.serving.connections import Connection
from omnify.serving.proofs import FindRefusal, ProofTask, find_refusal

_ALIVE_PATH, _HEALTH_PATH = "/health/live", "/health"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Threads:
    """The threads that work on requests; health, and who sends a large body, have their own."""

    def __init__(self, count: int, *, find_refusal: FindRefusal = find_refusal) -> None:
        self._requests, self._health, self._alive = (_threads(n) for n in (count, 1, 1))
        self._proofs = _threads(1)
        self._find_refusal = find_refusal

    def prove(self, connection: Connection) -> None:
        """Let a thread find out who sends the request that a connection receives."""
        self._proofs.add_task(ProofTask(connection, connection.request, self._find_refusal))

    def add_task(self, connection: Connection) -> None:
        """Let a thread answer the first request of a connection."""
        path = getattr(connection.requests[0], "path", "")
        if path == _ALIVE_PATH:
            self._alive.add_task(connection)
        elif path.startswith(_HEALTH_PATH):
            self._health.add_task(connection)
        else:
            self._requests.add_task(connection)


class Listener:
    """Accepts the connections of a socket, and gives up those whose clients are overdue."""

    channel_class = Connection
    active_channels: dict[int, Connection]

    def readable(self) -> bool:
        """Tell whether a further connection can be taken; looks after the present ones."""
        is_open: bool = super().readable()  # type: ignore[misc]
        return is_open and (not self._is_full() or self._find_waiting() is not None)

    def handle_accept(self) -> None:
        """Take a connection, in the place of one that only waits if there are too many."""
        waiting = self._find_waiting() if self._is_full() else None
        if waiting is not None:
            waiting.handle_close()
        super().handle_accept()  # type: ignore[misc]

    def maintenance(self, _now: float = 0) -> None:
        """Close the connections of clients that took too long; the library calls it too."""
        now = time.monotonic()
        for connection in self.active_channels.values():
            if connection.is_overdue(now):
                connection.will_close = True

    def _is_full(self) -> bool:
        return len(self.active_channels) >= limits.MOST_CONNECTIONS

    def _find_waiting(self) -> Connection | None:
        """Return the connection to give up first: one that never asked, then the longest idle."""
        waiting = (c for c in self.active_channels.values() if c.is_waiting)
        return min(waiting, key=lambda c: (c.has_asked, c.since), default=None)


class _TcpListener(Listener, TcpWSGIServer):  # type: ignore[misc]
    pass


class _UnixListener(Listener, UnixWSGIServer):  # type: ignore[misc]
    def fix_addr(self, _address: object) -> tuple[str, None]:
        """Return no address: the gateway tells the client's."""
        return "", None


def listen(
    application: Application, sock: socket.socket, threads: Threads, polled: dict[int, Any]
) -> Any:
    """Return a listener on a bound socket; ``polled`` gets what has to be polled for it."""
    listener_class = _UnixListener if sock.family == socket.AF_UNIX else _TcpListener
    return listener_class(
        application,
        polled,
        _sock=sock,
        dispatcher=threads,
        adj=_adjustments(),
        sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
        bind_socket=False,
    )


def _threads(count: int) -> ThreadedTaskDispatcher:
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(count)
    return threads


def _adjustments() -> Adjustments:
    endless = 2**31
    adjustments = Adjustments(
        # Our application decides whom it believes about the client's address and scheme.
        clear_untrusted_proxy_headers=False,
        ident="",
        log_socket_errors=False,
        recv_bytes=64 * 1024,
        cleanup_interval=1,
        # These three are looked after here.
        connection_limit=endless,
        channel_timeout=endless,
        max_request_body_size=endless,
        max_request_header_size=limits.LARGEST_HEAD_BYTES,
        inbuf_overflow=limits.BODY_IN_MEMORY_BYTES,
        outbuf_overflow=limits.ANSWER_IN_MEMORY_BYTES,
        outbuf_high_watermark=limits.UNSENT_BYTES,
    )
    # The library sends each part at once; its parameter for that is about to go.
    adjustments.send_bytes = limits.ANSWER_IN_MEMORY_BYTES
    return adjustments
