"""Hold a client's connection to the limits."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]

from omnify.exceptions import OmnifyError
from omnify.serving import limits
from omnify.serving.answers import Answering, Refusing
from omnify.serving.requests import IncomingRequest

_DISCARDED_BYTES = 64 * 1024


class Connection(HTTPChannel):  # type: ignore[misc]
    """A connection, which occupies a thread only while the application works on a whole request."""

    task_class = Answering
    error_task_class = Refusing
    parser_class = IncomingRequest

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.request: IncomingRequest | None = None
        self.has_asked = False
        #: When the present wait for bytes of the client began.
        self.since = time.monotonic()
        self._sent = 0
        self._unsent_since: tuple[float, int] | None = None
        self._leaves_body = False
        self._parts_at: float | None = None
        # Last, since it makes the connection known to the listener.
        super().__init__(*arguments, **options)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the client owes a request, so that the connection can be given up."""
        return not self.requests and not self.total_outbufs_len

    @property
    def has_begun(self) -> bool:
        """Tell whether a request may be on its way: a part of one came, or one came before."""
        return self.has_asked or self.request is not None

    def is_overdue(self, now: float) -> bool:
        """Tell whether the client took longer than it may."""
        if self._parts_at is not None:
            return now > self._parts_at
        if self.total_outbufs_len:
            since, sent = self._unsent_since = self._unsent_since or (now, self._sent)
            return limits.ANSWER_PACE.is_missed(now - since, self._sent - sent)
        self._unsent_since = None
        if self.requests:
            return False
        waited = now - self.since
        if self.request is None and self.has_asked:
            return waited > limits.IDLE_SECONDS
        if self.request is None or not self.request.headers_finished:
            return waited > limits.HEAD_SECONDS
        return limits.BODY_PACE.is_missed(waited, self.request.body_bytes_received)

    def send_now(self) -> None:
        """Send what the client takes without waiting; the rest goes when it reads."""
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)

    def received(self, data: bytes) -> bool:
        """Take bytes of a request."""
        if self.request is None and self.has_asked:
            self.since = time.monotonic()
        is_taken = bool(super().received(data))
        if self.request is not None and self.request.awaits_proof:
            self.server.task_dispatcher.prove(self)
        return is_taken

    def settle(self, request: IncomingRequest, refusal: OmnifyError | None) -> None:
        """Go on with a request whose sender was looked at; the loop calls it."""
        with self.requests_lock:
            if request is not self.request or not self.connected:
                return
            request.settle(refusal)
            if request.completed:
                self.request = None
                self.requests.append(request)
                if len(self.requests) == 1:
                    self.server.add_task(self)
            elif request.expect_continue and not self.requests:
                self.send_continue()

    def service(self) -> None:
        """Answer the first request that is whole; a thread calls it."""
        self.has_asked = True
        self._leaves_body = self.requests[0].leaves_body
        super().service()
        self.since = time.monotonic()

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - the library's
        """Send bytes; returns how many the client's side took."""
        sent: int = super().send(data, do_close)
        self._sent += sent
        return sent

    def send_continue(self) -> None:
        """Ask for the body if there is one, and its sender is known.

        Where there is none, the library would wait for one nevertheless.
        """
        if self.request and not self.request.completed and not self.request.awaits_proof:
            super().send_continue()

    def readable(self) -> bool:
        """Tell whether bytes of the client are of interest."""
        awaits_proof = self.request is not None and self.request.awaits_proof
        return self._parts_at is not None or (not awaits_proof and bool(super().readable()))

    def handle_read(self) -> None:
        """Read; what comes after a refusal is discarded."""
        if self._parts_at is None:
            super().handle_read()
        else:
            with suppress(OSError):
                self.recv(_DISCARDED_BYTES)

    def handle_close(self) -> None:
        """Close, once the client had time to read a refusal.

        The kernel would reset a connection with unread bytes, and the answer might be lost.
        """
        if self._leaves_body and self._parts_at is None and self.connected:
            self._parts_at = time.monotonic() + limits.PARTING_SECONDS
            self.will_close = False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        if self.request is not None:
            self.request.close()
        super().handle_close()
