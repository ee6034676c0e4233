"""Take a request: its head first, which decides about its body."""

from __future__ import annotations

from functools import cache

from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.utilities import Error, RequestEntityTooLarge  # type: ignore[import-untyped]

from omnify.conf import settings
from omnify.services import rpc
from omnify.services.manifest import LARGEST_UPLOAD_BYTES
from omnify.services.registry import manifests


class IncomingRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request whose body is received only as far as its head permits.

    Attributes:
        leaves_body: whether the client sends more than is read.
    """

    leaves_body = False
    _limit = 0
    error: Error | None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Where the body is too large, the application refuses by the head alone.

        Raises:
            ParsingError: it cannot be read, or gives the body two lengths, of which a gateway may
                have believed the other.
        """
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("A body in chunks has a Content-Length")
        self._limit = largest_body("/" + self.path.lstrip("/"), self.headers)
        if self.content_length > self._limit or (self.chunked and not self._limit):
            self._leave_body()

    def received(self, data: bytes) -> int:
        """Take bytes; returns how many of them belong to this request."""
        consumed: int = super().received(data)
        # Only a body in chunks, whose length is not announced, comes to more.
        if self.body_bytes_received > self._limit and not self.error:
            self.error = RequestEntityTooLarge("")
            self.completed = True
        self.leaves_body = self.leaves_body or bool(self.error)
        return consumed

    def _leave_body(self) -> None:
        self.leaves_body = True
        self.body_rcv, self.content_length, self.chunked = None, 0, False
        self.expect_continue = False
        self.headers["CONNECTION"] = "close"


def largest_body(path: str, headers: dict[str, str]) -> int:
    """Return how many bytes of a body are received; routes may have smaller limits of their own.

    ``headers`` are named as in WSGI, without ``HTTP_``.
    """
    if path.startswith(rpc.PREFIX):
        return rpc.MAX_BODY_BYTES if rpc.may_send_body(path, headers) else 0
    return LARGEST_UPLOAD_BYTES if path in _uploads() else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@cache
def _uploads() -> frozenset[str]:
    return frozenset(path for manifest in manifests().values() for path in manifest.uploads)
