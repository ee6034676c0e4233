"""Take a request: its head first, which decides about its body."""

from __future__ import annotations

import threading
from functools import cache

from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.utilities import Error, RequestEntityTooLarge  # type: ignore[import-untyped]

from omnify.api.limits import PUBLIC_BODY_BYTES
from omnify.conf import settings
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.services import rpc
from omnify.services.manifest import LARGEST_UPLOAD_BYTES
from omnify.services.registry import manifests
from omnify.serving import limits
from omnify.serving.proofs import find_credentials


class NoRoom(Error):  # type: ignore[misc] # noqa: N818 - the library names its refusals so
    """There is no room for a further large body now."""

    code = 503
    reason = "Service Unavailable"


class Room:
    """The bytes of bodies in temporary files, of all requests of a process."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, count: int) -> bool:
        """Take room for some bytes; returns whether there was enough."""
        with self._lock:
            has_room = self._taken + count <= limits.BODIES_IN_FILES_BYTES
            self._taken += count if has_room else 0
            return has_room

    def give_back(self, count: int) -> None:
        """Give back the room of bytes that are kept no longer."""
        with self._lock:
            self._taken -= count


_room = Room()


class IncomingRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request whose body is received only as far as its head permits.

    Attributes:
        leaves_body: whether the client sends more than is read.
        credentials: what may prove its sender.
        awaits_proof: whether no more of it is to be read before that is known.
        refusal: why its sender is not believed, where the body is larger than anybody may send.
    """

    leaves_body = False
    credentials: tuple[str, ...] = ()
    awaits_proof = False
    refusal: OmnifyError | None = None
    _limit = 0
    _in_files = 0
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
        path = "/" + self.path.lstrip("/")
        self._limit = largest_body(path, self.headers)
        if self.content_length > self._limit or (self.chunked and not self._limit):
            self._leave_body()
        elif self.chunked or self.content_length > PUBLIC_BODY_BYTES:
            self._hold(path)

    def settle(self, refusal: OmnifyError | None) -> None:
        """Go on receiving; of a sender who is not believed no more than anybody may send."""
        self.awaits_proof = False
        self.refusal = refusal
        if refusal is not None and self.chunked:
            self._limit = PUBLIC_BODY_BYTES
        elif refusal is not None:
            self._leave_body()
            self.completed = True

    def _hold(self, path: str) -> None:
        if path.startswith(rpc.PREFIX):
            # Its signature was its proof.
            return
        self.credentials = find_credentials(path, self.headers)
        self.awaits_proof = bool(self.credentials)
        if not self.awaits_proof:
            self.settle(UnauthenticatedError())

    def received(self, data: bytes) -> int:
        """Take bytes; returns how many of them belong to this request."""
        consumed: int = super().received(data)
        if not self._keeps_room():
            self.error = NoRoom("")
            self.completed = True
        # Only a body in chunks, whose length is not announced, comes to more.
        if self.body_bytes_received > self._limit and not self.error:
            self.error = RequestEntityTooLarge("")
            self.completed = True
        self.leaves_body = self.leaves_body or bool(self.error)
        return consumed

    def close(self) -> None:
        """Give up the body, and the room that it took."""
        super().close()
        _room.give_back(self._in_files)
        self._in_files = 0

    def _keeps_room(self) -> bool:
        """Take room for what has come of a body that is not kept in memory, if there is any."""
        if self.body_bytes_received <= limits.BODY_IN_MEMORY_BYTES:
            return True
        further = self.body_bytes_received - self._in_files
        has_room = _room.take(further)
        if has_room:
            self._in_files += further
        return has_room

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
        return rpc.largest_call(path, headers)
    return LARGEST_UPLOAD_BYTES if path in _uploads() else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@cache
def _uploads() -> frozenset[str]:
    return frozenset(path for manifest in manifests().values() for path in manifest.uploads)
