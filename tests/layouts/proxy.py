"""A TCP proxy between two slices that can do to a call what networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

LIMIT = 64 * 1024


class Message(NamedTuple):
    """A whole HTTP message: its first line and headers, and its body."""

    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        """The path that a request asks for."""
        return self.head.split(b" ", 2)[1].decode()

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.head.split(b" ", 2)[1])


class Proxy:
    """Listens for one caller of one callee."""

    def __init__(self, target: str) -> None:
        self._target = ("127.0.0.1", int(target.rpartition(":")[2]))
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._fault: Fault | None = None
        self._times = 0
        #: How often a fault was done, and what the callee said to what came twice.
        self.injected = 0
        self.second_statuses: list[int] = []
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """What the caller is told as the callee's address."""
        return f"http://127.0.0.1:{self.port}"

    def set_fault(self, fault: Fault, *, times: int) -> None:
        """Do a fault to the next calls, also over connections that were opened before."""
        with self._lock:
            self._fault, self._times = fault, times
            self.second_statuses.clear()

    def refuse(self) -> None:
        """Close the port, and every connection."""
        self.injected += 1
        self._stop_listening()

    def clear(self) -> None:
        """Be a wire again."""
        with self._lock:
            self._fault, self._times = None, 0
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.port)

    def close(self) -> None:
        """Listen no more."""
        self._stop_listening()

    def forward(self, request: Message) -> Message:
        """The callee's answer to a request, over a connection of its own."""
        with socket.create_connection(self._target) as upstream:
            upstream.sendall(request.head + request.body)
            answer = _read(upstream)
        if answer is None:
            raise ConnectionError("the callee broke off")
        return answer

    def pass_on(self, caller: socket.socket, request: Message) -> None:
        """Be a wire: give the caller the callee's answer."""
        answer = self.forward(request)
        caller.sendall(answer.head + answer.body)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _stop_listening(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        try:
            while request := _read(connection):
                fault = self._take_fault()
                (fault or Proxy.pass_on)(self, connection, request)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _take_fault(self) -> Fault | None:
        with self._lock:
            if self._times <= 0:
                return None
            self._times -= 1
            self.injected += 1
            return self._fault


#: What is done to a call: the proxy, the caller's connection and the request.
Fault = Callable[[Proxy, socket.socket, Message], None]


def _read(connection: socket.socket) -> Message | None:
    """A whole message with a Content-Length, None at the end of the connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        if not (chunk := connection.recv(LIMIT)):
            return None
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        if not (chunk := connection.recv(LIMIT)):
            return None
        body += chunk
    return Message(head + b"\r\n\r\n", body)
