"""What an adapter of a platform is: what it declares, what it is given, and what it gives.

An adapter is free of Django and of the database: it turns slices into rows through an ``Api``,
which brings the connection's token, the platform's quotas and the limits of reading. What all
platforms share (tokens, slices, quotas, keeping rows) is written once, by those who call it.

Money and counts are whole millionths (``micros``) everywhere; days are days of the account's zone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, Protocol, TypeVar

import msgspec

from apps.integrations.platforms.refusals import AccessLostError, RequestRefusedError
from apps.integrations.platforms.rows import (
    Account,
    Row,
    Slice,
    Total,
)
from apps.integrations.platforms.specs import (
    Configuration,
    PlatformSpec,
)
from omnify.services.messages import Message

T = TypeVar("T")
#: Seconds of a day.
DAY: Final = 86_400


def account_key(account: str) -> str:
    """Return the ledger's key of an account's quota."""
    return f"account:{account}"


def shape_key(account: str, shape: str) -> str:
    """Return the ledger's key of one kind of requests of an account."""
    return f"shape:{account}:{shape}"


class Api(Protocol):
    """How an adapter speaks to its platform as one connection.

    Each request carries the connection's token (renewed once where it is refused), is counted in
    the ledger before and after, and is bounded in bytes and time. What the vendor answers is put
    through the adapter's ``classify`` first, so that what is returned is a success. ``headers``
    come besides the adapter's own, for what depends on the account that is asked.
    """

    configuration: Configuration
    facts: Mapping[str, str]

    @property
    def now(self) -> datetime:
        """Return the present moment, aware; adapters ask no clock of their own."""

    def get(
        self,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the decoded JSON of a GET; ``path`` may be whole, of the platform's origin."""

    def post(
        self,
        path: str,
        body: Any,
        parameters: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        is_read: bool = False,
    ) -> Any:
        """Return the decoded JSON of a POST with a JSON body.

        It is sent again where it fails only if it is a read, which changes nothing.
        """

    def post_form(self, path: str, fields: Mapping[str, str]) -> Any:
        """Return the decoded JSON of a POST with a form's body, which is sent once."""

    def delete(self, path: str) -> Any:
        """Return the decoded JSON of a DELETE, which is sent once."""

    def wait(self, seconds: float) -> None:
        """Wait for what the platform makes in its own time, such as a report."""

    def stream_json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        kind: type[T],
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[T]:
        """Yield the elements of a JSON array as messages of a kind, of an answer of any length."""

    def stream_lines(self, url: str) -> Iterator[Any]:
        """Yield the decoded lines of a JSONL file at an address that the platform gave."""


class Answer(Message):
    """What ``classify`` looks at: an answer's head and, if it was JSON, its body.

    Attributes:
        account: whose quota the request fell under, as ``find_account`` says; empty for none.
        shape: what kind of request it was, as ``find_shape`` says; empty for none.
    """

    status: int
    headers: dict[str, str]
    body: Any
    account: str = ""
    shape: str = ""


class Usage(Message):
    """What an answer says of a quota: how much of it is used, and when it is whole again.

    Attributes:
        key: which quota: ``app``, or that of ``account_key``.
        used: the fraction that is spent, 1.0 is all.
        until: when it may be asked again at the latest; None where the vendor does not say.
    """

    key: str
    used: float
    until: datetime | None = None


class Limit(Message):
    """A documented limit: at most ``calls`` in ``seconds``.

    Attributes:
        key: whose quota it is: of the ``app``, of each ``account`` that a request's path names, or
            of each ``login``, the account whose token it is.
        path: what the path of a request has that it counts; empty for all requests.
    """

    key: str
    calls: int
    seconds: int
    path: str = ""


class Adapter(ABC):
    """A platform: facts, and what is done when it is asked."""

    spec: ClassVar[PlatformSpec]
    #: The vendor's documented limits, which the ledger keeps before anything is sent; the widest
    #: first: what the vendor refuses without saying which is spent, was the last.
    limits: ClassVar[tuple[Limit, ...]] = ()

    def list_limits(self, configuration: Configuration) -> tuple[Limit, ...]:
        """Return the limits that hold for a deployment, whose app may be granted another day's."""
        daily = configuration.daily_calls
        return tuple(
            msgspec.structs.replace(limit, calls=daily)
            if daily and (limit.key, limit.path, limit.seconds) == ("app", "", DAY)
            else limit
            for limit in self.limits
        )

    @abstractmethod
    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request, the token's among them."""

    def sign(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the parameters of each request that prove who asks."""
        return {}

    def find_account(self, path: str) -> str:
        """Return the id of the account that a request is of, for the account's quota; or none."""
        return ""

    def find_shape(self, body: Any) -> str:
        """Return what a request has in common with those that the vendor throttles together.

        Empty where the vendor does not throttle kinds of requests.
        """
        return ""

    @abstractmethod
    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success.

        Raises:
            PlatformError: it is not; the class says what follows from it. The key of a throttle is
                ``app``, or that of ``account_key`` or ``shape_key``.
        """

    def read_usage(self, answer: Answer, now: datetime) -> Iterable[Usage]:
        """Return what an answer tells of quotas."""
        return ()

    @abstractmethod
    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the accounts that the token can see."""

    def identify(self, api: Api, seen: Sequence[Account] | None = None) -> Account:
        """Return whose connection it is: by default the first account that the token can see.

        Args:
            api: how the platform is asked.
            seen: what ``list_accounts`` gave just now, if it was asked.

        Raises:
            AccessLostError: the token can see none.
        """
        accounts = self.list_accounts(api) if seen is None else seen
        account = next(iter(accounts), None)
        if account is None:
            raise AccessLostError("The platform shows no account to this login.")
        return account

    @abstractmethod
    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[Row]:
        """Yield all rows of a slice; it ends only once the answer is proven whole.

        Raises:
            PlatformError: nothing of the slice counts.
        """

    def refuse_window(self, window: str) -> None:
        """Return if the numbers may be asked under an attribution window, or none is chosen.

        Raises:
            RequestRefusedError: they may not; by default the platform leaves no choice.
        """
        if window:
            words = f"{self.spec.name} gives its numbers under one attribution, without a choice."
            raise RequestRefusedError(words)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the platform's own sums per day of a slice, counted as its rows are."""
        yield from ()

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return parts by entities of a slice of one day that is too much; () if it has none."""
        return ()
