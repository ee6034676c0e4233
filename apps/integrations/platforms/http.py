"""Requests to platforms: bounded in bytes and time, to public addresses, and never redirected.

No address, header or body stands in what is raised: tokens travel in all three.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, TypedDict, Unpack
from urllib.parse import urlsplit

import msgspec
import requests
from urllib3.exceptions import HTTPError

from apps.integrations.platforms.addresses import CheckedAdapter, Watch, watched_by
from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import MalformedError, UnreachableError

_CHUNK: Final = 64 * 1024
#: The most bytes of an error that follows a request for a stream.
_LONGEST_ERROR: Final = 1_000_000
_REDIRECTS: Final = range(300, 400)


class Arriving:
    """An answer whose head is here, and whose body is read as it arrives."""

    def __init__(self, host: str, response: requests.Response, watch: Watch) -> None:
        self.host, self._response, self._watch = host, response, watch
        self.status = response.status_code
        #: By names in lower case.
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    @property
    def is_success(self) -> bool:
        """Tell whether the status is one of success."""
        return self.status // 100 == 2  # noqa: PLR2004 - as every page about HTTP has it

    def read_chunks(self) -> Iterator[bytes]:
        """Yield the decoded body; it ends only if all of it came.

        Raises:
            UnreachableError: it did not come to an end in time, or broke off.
            MalformedError: it is not compressed as its head says.
        """
        try:
            yield from self._response.iter_content(_CHUNK)
        except requests.exceptions.ContentDecodingError as error:
            raise MalformedError(f"{self.host} sent a broken compressed answer.") from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._explain() from error
        if self._watch.has_ended:
            raise self._explain()

    def _explain(self) -> UnreachableError:
        if self._watch.has_ended:
            return _too_slow(self.host, self._watch)
        return UnreachableError(f"The answer of {self.host} broke off.")

    def read_answer(self, max_bytes: int) -> Answer:
        """Return the whole answer.

        Raises:
            MalformedError: it is longer, or a success that is no JSON.
        """
        body = bytearray()
        for chunk in self.read_chunks():
            body += chunk
            if len(body) > max_bytes:
                raise MalformedError(f"The answer of {self.host} exceeds {max_bytes:,} bytes.")
        return Answer(status=self.status, headers=self.headers, body=self._decode(bytes(body)))

    def _decode(self, body: bytes) -> Any:
        if not body.strip():
            return None
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if not self.is_success:
                return None  # A gateway's page: the status says enough.
            kind = self.headers.get("content-type", "an unnamed type").partition(";")[0]
            words = f"{self.host} answered with {kind[:80]} that cannot be read as JSON."
            raise MalformedError(words) from error


class Request(TypedDict, total=False):
    """What goes with a request.

    Attributes:
        allows_loopback: whether the operator's own setting names this address.
    """

    headers: Mapping[str, str] | None
    parameters: Mapping[str, Any] | None
    form: Mapping[str, Any] | None
    json: Any
    allows_loopback: bool


def exchange(
    method: str,
    url: str,
    *,
    seconds: float = 15.0,
    max_bytes: int = 1_000_000,
    **request: Unpack[Request],
) -> Answer:
    """Send a request and return the whole answer, whatever its status, in so many seconds.

    Raises:
        UnreachableError: there was no whole answer, or the address is not a public one.
        MalformedError: the answer is not what it says, is too long, or leads elsewhere.
    """
    with open_exchange(method, url, seconds=seconds, **request) as arriving:
        return arriving.read_answer(max_bytes)


@contextmanager
def open_exchange(
    method: str, url: str, *, seconds: float = 300.0, **request: Unpack[Request]
) -> Iterator[Arriving]:
    """Send a request and give the answer while its body arrives; raises as ``exchange`` does."""
    host = _check(url)
    watch = Watch(seconds)
    response = None
    try:
        with watched_by(watch):
            response = _send(method, url, seconds, request)
        if response.status_code in _REDIRECTS:
            raise MalformedError(f"{host} sends on to another address, which is not followed.")
        yield Arriving(host, response, watch)
    except (requests.RequestException, HTTPError) as error:
        if watch.has_ended or isinstance(error, requests.Timeout):
            raise _too_slow(host, watch) from None
        raise UnreachableError(f"{host} did not answer.") from None
    finally:
        watch.stop()
        if response is not None:
            response.close()


def _send(method: str, url: str, seconds: float, request: Request) -> requests.Response:
    session = _open_session(allows_loopback=request.get("allows_loopback", False))
    return session.request(
        method,
        url,
        params=request.get("parameters"),
        data=request.get("form"),
        json=request.get("json"),
        headers=dict(request.get("headers") or {}),
        timeout=seconds,
        allow_redirects=False,
        stream=True,
    )


def read_error(arriving: Arriving) -> Answer:
    """Return the answer to a request for a stream that brought none."""
    return arriving.read_answer(_LONGEST_ERROR)


def _check(url: str) -> str:
    """Return the host of an address that can be asked."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise UnreachableError("The platform's address is not a web address.")
    return parts.hostname


def _too_slow(host: str, watch: Watch) -> UnreachableError:
    return UnreachableError(f"{host} did not answer within {watch.seconds:g} seconds.")


@cache
def _open_session(*, allows_loopback: bool) -> requests.Session:
    """Return the session that all threads of the process share; it keeps no cookies."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "Omnify"
    for scheme in ("http://", "https://"):
        session.mount(scheme, CheckedAdapter(allows_loopback=allows_loopback))
    return session


# A child of a fork would share its parent's connections.
os.register_at_fork(after_in_child=_open_session.cache_clear)
