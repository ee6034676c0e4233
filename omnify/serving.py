"""Let gunicorn send each answer in one write."""

from __future__ import annotations

from typing import Any

from gunicorn.http.wsgi import Response  # type: ignore[import-untyped]


class WholeResponse(Response):  # type: ignore[misc]
    """An answer whose head is sent together with the first part of its body.

    gunicorn sends the head alone. If the server is killed before it sends the body, which other
    threads may delay, a gateway that has passed the head on cannot ask another server. Files are
    left to gunicorn: the kernel sends them.
    """

    _head = b""

    def send_headers(self) -> None:
        """Hold the head until there is something to send with it."""
        if not self.headers_sent:
            self._head = _written(self, super().send_headers)

    def sendfile(self, respiter: Any) -> Any:
        """Send the head; the file goes from the kernel."""
        self.send_headers()
        self._flush()
        return super().sendfile(respiter)

    def close(self) -> None:
        """Send what is held when there is no body, and end the answer."""
        self.send_headers()
        self._flush()
        super().close()

    def _emit_body(self, data: bytes) -> None:
        if not self._head:
            super()._emit_body(data)
            return
        head, self._head = self._head, b""
        self.sock.sendall(head + _written(self, super()._emit_body, data))

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head:
            self.sock.sendall(head)


class _Kept:
    """Stands for a socket and keeps what is sent."""

    def __init__(self) -> None:
        self.data = b""

    def sendall(self, data: bytes) -> None:
        self.data += data


def _written(response: WholeResponse, write: Any, *arguments: Any) -> bytes:
    """Return what a response writes to its socket."""
    sock, kept = response.sock, _Kept()
    response.sock = kept
    try:
        write(*arguments)
    finally:
        response.sock = sock
    return kept.data
