"""Requests of one connection: its token, its quotas, its patience."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from apps.integrations.calling.operations import ledger
from apps.integrations.calling.operations.answers import keep_answer
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.http import Arriving, exchange, open_exchange, read_error
from apps.integrations.platforms.port import Adapter, Answer, Limit, account_key, shape_key
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.specs import Configuration
from apps.integrations.platforms.streaming import read_elements, read_lines

T = TypeVar("T")
#: How often a read is asked that fails, and how long a quota is waited for in place.
ATTEMPTS: Final = 3
_SHORT_WAIT: Final = 20.0
_SECONDS: Final = 60.0
_LARGEST: Final = 32_000_000


class Tokens(Protocol):
    """The token of a connection, by versions."""

    def current(self) -> tuple[str, int]:
        """Return the token and its version."""

    def renew(self, version: int) -> tuple[str, int]:
        """Return a newer token than that of a version, which was refused."""


class Clock(Protocol):
    """Time, which tests make pass without waiting."""

    def now(self) -> datetime:
        """Return the present moment, aware."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait in this thread."""
        time.sleep(seconds)


class ConnectionApi:
    """The ``Api`` of a connection, as adapters use it.

    Args:
        run_id: the run whose answers these are, if one asks.
        keeps_answers: for those who look into a fault; an unsaved connection's cannot be kept.
        allows_loopback: whether the operator's own setting names the platform's address.
    """

    def __init__(  # noqa: PLR0913 - all that a request depends on, each of another owner
        self,
        connection: Connection,
        adapter: Adapter,
        configuration: Configuration,
        tokens: Tokens,
        *,
        facts: Mapping[str, str],
        allows_loopback: bool = False,
        run_id: UUID | None = None,
        keeps_answers: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.configuration, self.facts = configuration, facts
        #: Requests that were sent.
        self.calls = 0
        self._connection, self._adapter, self._tokens = connection, adapter, tokens
        self._allows_loopback, self._run_id = allows_loopback, run_id
        self._keeps_answers = keeps_answers
        self._clock: Clock = clock or SystemClock()
        #: A token that was refused though it was new: renewing again would not help.
        self._lost_version = 0

    @property
    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock.now()

    def get(
        self,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the decoded JSON of a GET, which is asked again if it fails."""
        return self._again(lambda: self._ask("GET", path, parameters=parameters, headers=headers))

    def post(
        self,
        path: str,
        body: Any,
        parameters: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        is_read: bool = False,
    ) -> Any:
        """Return the decoded JSON of a POST; unless it is a read, it is sent once.

        What changes something may have been done when its answer is lost.
        """

        def ask() -> Any:
            return self._ask("POST", path, parameters=parameters, json=body, headers=headers)

        return self._again(ask) if is_read else ask()

    def post_form(self, path: str, fields: Mapping[str, str]) -> Any:
        """Return the decoded JSON of a POST with a form's body, which is sent once."""
        return self._ask("POST", path, form=fields)

    def delete(self, path: str) -> Any:
        """Return the decoded JSON of a DELETE, which is sent once."""
        return self._ask("DELETE", path)

    def wait(self, seconds: float) -> None:
        """Wait in this thread."""
        self._clock.sleep(seconds)

    def stream_json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        kind: type[T],
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[T]:
        """Yield the elements of a JSON array; a request that is refused or lost is repeated."""
        with self._again(lambda: self._open(method, path, json=body, headers=headers)) as arriving:
            yield from read_elements(arriving.read_chunks(), kind)

    def stream_lines(self, url: str) -> Iterator[Any]:
        """Yield the decoded lines of a file, whose address is its key: no token goes there."""
        with open_exchange("GET", url, allows_loopback=self._allows_loopback) as arriving:
            if not arriving.is_success:
                self._adapter.classify(read_error(arriving), self.now)
            yield from read_lines(arriving.read_chunks())

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        url = self._find_url(path)

        def ask(token: str) -> Any:
            answer = exchange(
                method,
                url,
                seconds=_SECONDS,
                max_bytes=_LARGEST,
                **self._prepare(url, token, request),
            )
            self._judge((method, url), request, answer)
            return answer.body

        return self._with_token(ask)

    def _open(self, method: str, path: str, **request: Any) -> Any:
        url = self._find_url(path)

        def ask(token: str) -> Any:
            stream = open_exchange(method, url, **self._prepare(url, token, request))
            arriving = stream.__enter__()
            if arriving.is_success:
                return _leaving(stream, arriving)
            try:
                self._judge((method, url), request, read_error(arriving))
            finally:
                stream.__exit__(None, None, None)
            raise RequestRefusedError(f"The platform answered {arriving.status}.")

        return self._with_token(ask)

    def _prepare(self, url: str, token: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return all that goes with a request, once its quotas have room for it."""
        self._reserve(url, request)
        self.calls += 1
        own = self._adapter.sign(self.configuration, token)
        headers = self._adapter.headers(self.configuration, token)
        return {
            **request,
            "headers": {**headers, **(request.get("headers") or {})},
            "parameters": {**(request.get("parameters") or {}), **own},
            "allows_loopback": self._allows_loopback,
        }

    def _with_token(self, ask: Callable[[str], T]) -> T:
        """Ask; a refused token is renewed once, and what was asked is asked once more."""
        token, version = self._tokens.current()
        try:
            return ask(token)
        except TokenRefusedError as refusal:
            if version == self._lost_version:
                raise _lose(refusal) from refusal
        token, version = self._tokens.renew(version)
        try:
            return ask(token)
        except TokenRefusedError as refusal:
            self._lost_version = version
            raise _lose(refusal) from refusal

    def _again(self, ask: Callable[[], T]) -> T:
        """Ask a read again after failures that pass by themselves, a few times."""
        for attempt in range(1, ATTEMPTS):
            try:
                return ask()
            except UnreachableError:
                self._clock.sleep(2**attempt * random.uniform(0.25, 0.75))  # noqa: S311 - no secret
            except ThrottledError as refusal:
                wait = (refusal.until - self.now).total_seconds()
                if wait > _SHORT_WAIT:
                    raise
                self._clock.sleep(max(0.0, wait) + random.uniform(0.05, 0.5))  # noqa: S311 - no secret
        return ask()

    def _reserve(self, url: str, request: Mapping[str, Any]) -> None:
        keys, limits = self._find_quotas(url, request)
        ledger.reserve(self._quotas_of, self._connection.id, limits, keys, self.now)

    def _find_quotas(self, url: str, request: Mapping[str, Any]) -> tuple[list[str], list[Limit]]:
        """Return the keys of the quotas that a request falls under, and the limits among them."""
        path = urlsplit(url).path
        owners = {
            "app": "app",
            "login": f"login:{self._connection.external_id or self._connection.id}",
        }
        account, shape = self._describe(url, request)
        if account:
            owners["account"] = account_key(account)
        if shape:
            owners["shape"] = shape_key(account, shape)
        limits = [
            Limit(key=owners[limit.key] + limit.path, calls=limit.calls, seconds=limit.seconds)
            for limit in self._adapter.list_limits(self.configuration)
            if limit.key in owners and limit.path in path
        ]
        known = [owner for name, owner in owners.items() if name != "login"]
        return [*known, *(limit.key for limit in limits)], limits

    def _describe(self, url: str, request: Mapping[str, Any]) -> tuple[str, str]:
        """Return the account of a request, which may be the shop, and the shape."""
        account = self._adapter.find_account(urlsplit(url).path) or self.facts.get("shop", "")
        return account, self._adapter.find_shape(request.get("json"))

    @property
    def _quotas_of(self) -> str:
        spec = self._adapter.spec
        return spec.quota_of or spec.id

    def _judge(self, asked: tuple[str, str], request: Mapping[str, Any], answer: Answer) -> None:
        """Keep an answer and what it tells of quotas; refuse what is no success."""
        now, (_, url) = self.now, asked
        account, shape = self._describe(url, request)
        answer = msgspec.structs.replace(answer, account=account, shape=shape)
        if self._keeps_answers:
            keep_answer(self._connection, self._run_id, asked=asked, answer=answer)
        ledger.note_usage(self._quotas_of, self._adapter.read_usage(answer, now), now)
        try:
            self._adapter.classify(answer, now)
        except ThrottledError as refusal:
            _, limits = self._find_quotas(url, request)
            key = refusal.key or (limits[-1].key if limits else "app")
            ledger.close(self._quotas_of, key, refusal.until)
            raise

    def _find_url(self, path: str) -> str:
        """Return an address of the platform's origin; the token goes nowhere else."""
        origin = self.configuration.api_url.replace("{shop}", self.facts.get("shop", ""))
        if "://" not in path:
            return f"{origin}/{path.lstrip('/')}"
        if urlsplit(path)[:2] != urlsplit(origin)[:2]:
            raise RequestRefusedError("The platform named an address that is not its own.")
        return path


@contextmanager
def _leaving(stream: Any, arriving: Arriving) -> Iterator[Arriving]:
    """Give an answer that is open already, and close it in the end."""
    try:
        yield arriving
    finally:
        stream.__exit__(None, None, None)


def _lose(refusal: TokenRefusedError) -> AccessLostError:
    words = "The platform refuses a new token too: a right was taken away, or the account is gone."
    return AccessLostError(words, request_id=refusal.request_id)
