"""Carry a call to a service in another process: signed, over HTTP."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import pybreaker
import stamina
import structlog
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from omnify.context import Context
from omnify.exceptions import DeadlineExceededError, ServiceUnavailableError
from omnify.services import signing, wire
from omnify.services.contract import Contract, Method
from omnify.services.discovery import Addresses

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/msgpack"
#: Marks an answer of the callee's code, as opposed to a page of a proxy or server.
ANSWER_HEADER = "Omnify-Answer"
CONNECT_TIMEOUT_SECONDS = 1.0
#: Open connections to an address, and addresses, that a process keeps.
_POOL_SIZE, _MOST_POOLS = 32, 64
_OK = 200
_BREAKER_FAILURES = 5
_BREAKER_RESET_SECONDS = 2
_NOT_EXECUTED = 502
_CHUNK_BYTES = 64 * 1024


class Answer(NamedTuple):
    """The callee's answer: a status and an encoded result or error."""

    status: int
    content: bytes


class TransportError(Exception):
    """The call brought no answer of the callee; trying again may help."""


class HttpTransport:
    """Posts signed calls to the instances of a service, and repeats them where allowed."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._addresses = Addresses(service)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=_BREAKER_FAILURES, reset_timeout=_BREAKER_RESET_SECONDS, name=service
        )

    def call(
        self, contract: type[Contract], method: Method, context: Context, arguments: bytes
    ) -> bytes:
        """Return the encoded result or raise the callee's error.

        Raises:
            ServiceUnavailableError: no instance gave an answer.
            DeadlineExceededError: the time of the request ran out.
        """
        remaining = context.remaining_seconds()
        if remaining is not None and remaining <= 0:
            raise DeadlineExceededError(service=self._service)
        try:
            answer = self._post_with_retries(method, context, arguments)
        except (TransportError, pybreaker.CircuitBreakerError) as error:
            remaining = context.remaining_seconds()
            if remaining is not None and remaining <= 0:
                raise DeadlineExceededError(service=self._service) from error
            log.warning("remote_call_failed", service=self._service, reason=str(error))
            raise ServiceUnavailableError(service=self._service) from error
        if answer.status == _OK:
            return answer.content
        raise wire.decode_error(answer.content, contract.raises)

    def _post_with_retries(self, method: Method, context: Context, arguments: bytes) -> Answer:
        # Every call may be repeated: it is idempotent, or it carries a key under which the callee
        # keeps its answer. The first attempt is made without the library of retries, which costs
        # a tenth of a call.
        try:
            with self._breaker.calling():
                return self._post_to_any(method, context, arguments)
        except TransportError:
            if method.policy.attempts == 1:
                raise
        for attempt in stamina.retry_context(
            on=TransportError,
            attempts=method.policy.attempts - 1,
            timeout=context.remaining_seconds(),
            wait_initial=0.02,
            wait_max=0.5,
            wait_jitter=0.05,
        ):
            # `calling`, not `call`: the latter holds the breaker's lock for the whole exchange.
            with attempt, self._breaker.calling():
                return self._post_to_any(method, context, arguments)
        raise TransportError("no attempt was made")

    def _post_to_any(self, method: Method, context: Context, arguments: bytes) -> Answer:
        refused: TransportError | None = None
        for url in self._addresses.in_turn():
            try:
                return self._post(url.rstrip("/"), method, context, arguments)
            except NotExecutedError as error:
                refused = error
        raise refused or TransportError("no address")

    def _post(self, url: str, method: Method, context: Context, arguments: bytes) -> Answer:
        deadline = context.deadline or time.monotonic() + method.policy.timeout_seconds
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TransportError("no time is left to ask")
        path = f"/_rpc/{self._service}/{method.name}"
        body = wire.encode_call(context, arguments)
        pool, prefix = _pool(os.getpid(), url)
        signatures = signing.sign(audience=self._service, path=path, body=body)
        try:
            response = pool.urlopen(
                "POST",
                prefix + path,
                body=body,
                headers={"Content-Type": CONTENT_TYPE, **signatures},
                timeout=urllib3.Timeout(
                    connect=min(CONNECT_TIMEOUT_SECONDS, remaining), read=remaining
                ),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            content = _read_whole(response, deadline)
        except (ConnectTimeoutError, NewConnectionError) as error:
            raise NotExecutedError(f"{url} does not accept connections") from error
        except urllib3.exceptions.HTTPError as error:
            raise TransportError(f"{url}: {type(error).__name__}") from error
        if response.headers.get(ANSWER_HEADER):
            return Answer(response.status, content)
        if response.status == _NOT_EXECUTED:
            raise NotExecutedError(f"{url} is draining")
        raise TransportError(f"{url} answered {response.status} without a result")


def _read_whole(raw: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    """Read the body; a broken connection shows here, a good one goes back to the pool.

    A socket's time-out is for one read, so that a slow body could keep the caller forever: the
    time that is left is set before each read.

    Raises:
        TransportError: the deadline came before the end of the body.
    """
    parts: list[bytes] = []
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raw.close()
            raise TransportError("the answer did not end in time")
        sock = getattr(raw.connection, "sock", None)
        if sock is not None:
            sock.settimeout(remaining)
        part = raw.read1(_CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)


class NotExecutedError(TransportError):
    """The call was certainly not executed, so another instance may be asked at once."""


@lru_cache(_MOST_POOLS)
def _pool(_process_id: int, url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
    """Return a process's connections to an address, and the path of the address."""
    # Of what `requests` is built on, the part that a call needs: no sessions, no proxies of the
    # environment, no cookies, and less time.
    return urllib3.connection_from_url(url, maxsize=_POOL_SIZE), urlsplit(url).path
