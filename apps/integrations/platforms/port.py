"""What an adapter of a platform is: what it declares, what it is given, and what it gives.

An adapter is free of Django and of the database: it turns slices into rows through an ``Api``,
which brings the connection's token, the platform's quotas and the limits of reading. What all
platforms share (tokens, slices, quotas, keeping rows) is written once, by those who call it.

Money and counts are whole millionths (``micros``) everywhere; days are days of the account's zone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

import msgspec

from apps.integrations.platforms.refusals import AccessLostError
from omnify.services.messages import Message

#: Seconds of a day.
DAY: Final = 86_400


class Role(StrEnum):
    """Whether a platform reports what is its own, or again what others report."""

    SOURCE = "source"
    AGGREGATOR = "aggregator"


class Scope(Message):
    """A right that the platform grants, by the vendor's name, and in words what it is for."""

    name: str
    words: str


class StreamSpec(Message):
    """What is read by slices: metrics of one level, orders, touchpoints.

    Attributes:
        name: ``metrics``, ``orders`` or ``touchpoints``.
        level: of metrics; empty for the others.
        slice_days: the most days of one slice.
        shape: changes whenever the query's columns or filters do; past slices are then asked
            again.
        by_change: whether it is asked by time of change, not by day.
    """

    name: str
    level: str = ""
    slice_days: int = 30
    shape: str = "1"
    by_change: bool = False


class OAuthSpec(Message):
    """How a person consents; the addresses are defaults of the deployment's settings.

    Attributes:
        authorize_url, token_url: whole; ``{shop}`` stands for a shop's name.
        authorize_parameters, token_parameters: what the vendor wants besides the standard's, of
            the person and in each request for tokens.
        issuer: what the vendor sends as ``iss`` with each code (RFC 9207); empty where it sends
            none, and then nothing is checked.
        revocation: the last part of the address where tokens are given back (RFC 7009), beside
            that of ``token_url``; empty where there is none.
        is_basic: whether client id and secret go as Basic user, not in the body.
    """

    authorize_url: str
    token_url: str
    scopes: tuple[Scope, ...]
    scope_separator: str = " "
    uses_pkce: bool = False
    is_basic: bool = False
    authorize_parameters: tuple[tuple[str, str], ...] = ()
    token_parameters: tuple[tuple[str, str], ...] = ()
    issuer: str = ""
    revocation: str = ""


class PlatformSpec(Message):
    """The static facts of a platform: what the catalog says, and what syncs go by.

    Attributes:
        measures: the measures of ``contract.MEASURES`` that it brings.
        connects_by: ``oauth``, ``api_key`` or both.
        history_days: how far back metrics can be asked; None without a limit.
        refetch_days: how many of the last days change still, per age of the last look in hours:
            of ``((6, 2), (24, 28), (168, 90))`` two days are asked each run, 28 daily, 90 weekly.
        api_url: the origin of its API, a default of the deployment's settings; ``{shop}`` stands
            for a shop's name, which is then the account that quotas are of.
        api_version: appended by the adapter; ``api_version_ends`` where the vendor says when.
        interval_minutes: how often it is asked unless the connection says otherwise.
        is_shop_addressed: whether a shop's name is part of its addresses.
        complete_level: the level whose metrics add up to the account's, and which sums take.
        quota_of: the platform whose quotas it spends, where that is another one.
    """

    id: str
    name: str
    category: str
    role: Role
    connects_by: tuple[str, ...]
    measures: tuple[str, ...]
    streams: tuple[StreamSpec, ...]
    api_url: str
    api_version: str
    api_version_ends: date | None = None
    oauth: OAuthSpec | None = None
    also_brings: tuple[str, ...] = ()
    history_days: int | None = None
    refetch_days: tuple[tuple[int, int], ...] = ((6, 2), (24, 28), (168, 90))
    delay_hours: int = 3
    interval_minutes: int = 360
    webhooks: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    is_shop_addressed: bool = False
    complete_level: str = "account"
    quota_of: str = ""


class Configuration(Message):
    """What the deployment set for a platform (``<PLATFORM>_CLIENT_ID`` and so on).

    Attributes:
        daily_calls: what the vendor grants its app in a day; None for what it grants to all.
    """

    platform: str
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    api_url: str
    api_version: str
    api_version_ends: date | None
    webhook_secrets: tuple[str, ...]
    webhook_verify_token: str = ""
    daily_calls: int | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether people can consent: client id and secret are set."""
        return bool(self.client_id and self.client_secret)


class Grant(Message):
    """What a token endpoint gave, or a key.

    Attributes:
        refresh_token: empty where the platform gave none; then the former one stays.
        expires_at, refresh_expires_at: aware; None where the token has no end.
        scopes: as granted; empty where the platform does not say.
        facts: what the connection needs besides, such as a shop or a location's id; no secrets.
    """

    access_token: str
    refresh_token: str = ""
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    facts: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it for each instance


class Account(Message):
    """An account that the token can see; zone and currency are the platform's."""

    id: str
    name: str
    currency: str
    timezone: str
    is_active: bool = True
    parent_id: str = ""


class Slice(Message):
    """What is asked at once: days of the account's zone, both included.

    Attributes:
        part: a part of the entities after a slice was halved by them, in the adapter's words;
            empty for all.
        since: for streams by change, the moment from which changes are wanted.
        window, measure: of the connection, where a person chose them: the attribution, and what
            conversions are; empty for the platform's own.
    """

    stream: str
    level: str
    first: date
    last: date
    part: str = ""
    since: datetime | None = None
    window: str = ""
    measure: str = ""

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


class MetricRow(Message):
    """Numbers of one entity and day; a measure that is missing from ``micros`` is unknown.

    Attributes:
        entity_id: the platform's id of the campaign or ad; empty at account level.
        is_provisional: whether the day is open still.
        reasons: why a measure is unknown, per measure (``unsupported_at_level``, ``withheld``).
    """

    level: str
    date: date
    entity_id: str
    channel: str
    currency: str
    micros: dict[str, int]
    campaign_id: str = ""
    campaign: str = ""
    ad: str = ""
    is_provisional: bool = False
    reasons: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it for each instance


class OrderRow(Message):
    """An order as it stands now, in the shop's own currency.

    Attributes:
        customer: an e-mail or the platform's id of the person; hashed before it is kept.
        presentment: the revenue as the customer saw it, as (currency, micros); None where the
            currency is the same.
        refunds: (id, moment, micros) of each, dated by themselves.
    """

    id: str
    number: str
    at: datetime
    updated_at: datetime
    currency: str
    revenue_micros: int
    gross_micros: int
    customer: str = ""
    channel: str = ""
    quantity_micros: int | None = None
    discount_micros: int | None = None
    status: str = ""
    is_test: bool = False
    is_new_customer: bool | None = None
    refunds: tuple[RefundRow, ...] = ()
    presentment: tuple[str, int] | None = None


class RefundRow(Message):
    """A refund of an order; ``micros`` has no sign."""

    id: str
    at: datetime
    micros: int


class TouchRow(Message):
    """A touch of a customer before an order."""

    id: str
    at: datetime
    customer: str
    channel: str
    campaign: str = ""
    order_id: str = ""


class Total(Message):
    """The platform's own sum of a measure and day of an account."""

    date: date
    measure: str
    micros: int


def account_key(account: str) -> str:
    """Return the ledger's key of an account's quota."""
    return f"account:{account}"


def shape_key(account: str, shape: str) -> str:
    """Return the ledger's key of one kind of requests of an account."""
    return f"shape:{account}:{shape}"


#: What a slice gives; an adapter yields one kind for a stream.
Row = MetricRow | OrderRow | TouchRow


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
        is_read: bool = False,
    ) -> Any:
        """Return the decoded JSON of a POST with a JSON body.

        It is sent again where it fails only if it is a read, which changes nothing.
        """

    def wait(self, seconds: float) -> None:
        """Wait for what the platform makes in its own time, such as a report."""

    def stream_json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Any]:
        """Yield the elements of a JSON array as they arrive, of an answer of any length."""

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

    def identify(self, api: Api) -> Account:
        """Return whose connection it is: by default the first account that the token can see.

        Raises:
            AccessLostError: the token can see none.
        """
        account = next(iter(self.list_accounts(api)), None)
        if account is None:
            raise AccessLostError("The platform shows no account to this login.")
        return account

    @abstractmethod
    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[Row]:
        """Yield all rows of a slice; it ends only once the answer is proven whole.

        Raises:
            PlatformError: nothing of the slice counts.
        """

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the platform's own sums per day of a slice, counted as its rows are."""
        yield from ()

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return parts by entities of a slice of one day that is too much; () if it has none."""
        return ()


#: The zone of days where a platform tells none.
UTC: Final = "UTC"
