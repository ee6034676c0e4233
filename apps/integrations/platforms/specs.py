"""What an adapter declares of its platform, and what a deployment sets and people grant."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from omnify.services.messages import Message


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
        long_scope: the scope without which only the last ``short_days`` are given; empty for none.
    """

    name: str
    level: str = ""
    slice_days: int = 30
    shape: str = "1"
    by_change: bool = False
    long_scope: str = ""
    short_days: int = 0


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
        remembered_days: for how long it tells of changes; None without a limit. What was not asked
            for longer is read again by its day.
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
    is_shop_addressed: bool = False
    complete_level: str = "account"
    quota_of: str = ""
    remembered_days: int | None = None


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
