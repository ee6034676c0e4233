"""What integrations declares, and what other services may ask of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

# Other services find measures here.
from apps.integrations.contract.measures import (  # noqa: F401
    COUNT,
    CURRENCY,
    EVERY_DIMENSION,
    MEASURES,
    Measure,
)
from omnify.events import Event
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import FamilySetting, NavigationItem, SettingFamily
from omnify.services.messages import AwareDatetime, Message

#: The platforms that connections are of; each has an adapter in ``platforms``.
PLATFORMS: Final = (
    "google_ads",
    "gohighlevel",
    "hubspot",
    "klaviyo",
    "linkedin_ads",
    "meta_ads",
    "shopify",
    "stripe",
    "tiktok_ads",
    "triplewhale",
    "youtube_ads",
)
_PLATFORM_SETTINGS: Final = SettingFamily(
    name="PLATFORMS",
    stands_for="PLATFORM",
    members=PLATFORMS,
    settings=(
        FamilySetting("CLIENT_ID", "text", "The id of your app at a platform (`META_ADS_…`)."),
        FamilySetting("CLIENT_SECRET", "text", "The secret of that app."),
        FamilySetting("AUTHORIZE_URL", "url", "The page where people consent, whole."),
        FamilySetting("TOKEN_URL", "url", "Where tokens are given, whole."),
        FamilySetting("API_URL", "url", "The origin of its API; it may be a loopback one."),
        FamilySetting("API_VERSION", "text", "The version of its API that is asked."),
        FamilySetting("API_VERSION_ENDS", "day", "The day when that version ends."),
        FamilySetting("DAILY_CALLS", "amount", "The calls a day that it grants your app."),
        FamilySetting("WEBHOOK_SECRETS", "texts", "Secrets of its webhooks, several by comma."),
    ),
)

MANIFEST = Manifest(
    name="integrations",
    summary="Connects platforms and files, and keeps their normalised daily metrics.",
    port=8002,
    prefixes=("/api/integrations", "/api/webhooks"),
    needs=("auth",),
    required_settings=("OMNIFY_ENCRYPTION_KEYS",),
    setting_families=(_PLATFORM_SETTINGS,),
    uploads=("/api/integrations/csv/import", "/app/integrations/"),
    navigation=(
        NavigationItem(
            "Connections",
            "/app/integrations/connections",
            "plug",
            "integration:view",
            group="data",
            weight=40,
        ),
        NavigationItem(
            "Imports", "/app/integrations/", "upload", "integration:connect", group="data"
        ),
    ),
    gives_to_shell=("search", "work"),
)

#: A day, for messages that have a field of that name.
Day = date
#: The most metrics in one page.
MAX_PAGE = 5000


class CompleteLevel(Message):
    """The level at which a connection's totals of a measure are complete, and may be summed."""

    measure: str
    level: str


class Connection(Message):
    """Where metrics come from: a platform's account, or the files of one source."""

    id: UUID
    kind: str
    name: str
    complete_levels: tuple[CompleteLevel, ...]


class MeasureMicros(Message):
    """The number of a measure in millionths."""

    measure: str
    micros: int


class DailyMetric(Message, rename={"connection_id": "source_id"}):
    """One entity's numbers of one day, in millionths; None where the connection says nothing.

    Numbers of a span of days, such as a week, are of all days up to ``last_date``; without one they
    are of the day ``date``. A measure has a field here if most metrics know it; the known ones of
    the rest are ``others``.
    """

    connection_id: UUID
    level: str
    entity_key: str
    channel: str
    date: date
    currency: str
    spend_micros: int | None
    revenue_micros: int | None
    attributed_revenue_micros: int | None
    impressions_micros: int | None
    clicks_micros: int | None
    conversions_micros: int | None
    reach_micros: int | None
    others: tuple[MeasureMicros, ...] = ()
    last_date: Day | None = None

    def micros_of(self, measure: str) -> int | None:
        """Return the number of a measure in millionths; None where the connection says nothing."""
        own: int | None = getattr(self, f"{measure}_micros", None)
        return next((each.micros for each in self.others if each.measure == measure), own)


class DailyMetricsQuery(Message):
    """Days, both included, and a page: ``after`` is the previous page's ``next``.

    With ``measures``, metrics that know none of them are left out.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE
    measures: tuple[str, ...] = ()


class DailyMetricsPage(Message, rename={"connections": "sources"}):
    """A page of metrics in a stable order, with the connections they come from.

    ``next`` is empty on the last page; ``as_of`` is the last change of any of the connections.
    """

    metrics: tuple[DailyMetric, ...]
    connections: tuple[Connection, ...]
    next: str
    as_of: AwareDatetime | None


class Order(Message, rename={"connection_id": "source_id"}):
    """An order, once, whatever the number of its rows; amounts in millionths.

    A refund that a file has a row of is one of its own (``is_refund``), whose revenue is unknown.

    Attributes:
        number: as the files have it; empty where they have none.
        at: the moment; None where only the day is known.
        customer: a hash that tells the organization's customers apart, alike in all connections;
            empty where it is unknown.
        refund_micros: what was paid back, without a sign, on ``refund_date``.
    """

    connection_id: UUID
    number: str
    date: Day
    at: AwareDatetime | None
    customer: str
    channel: str
    currency: str
    revenue_micros: int | None
    quantity_micros: int | None
    discount_micros: int | None
    refund_micros: int | None
    refund_date: Day | None
    status: str
    is_new_customer: bool | None
    is_refund: bool


class OrdersQuery(Message):
    """Days of orders, both included, and a page: ``after`` is the previous page's ``next``.

    With ``channels`` only orders of these; an order is of its own day, whenever it is paid back.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE


class OrdersPage(Message):
    """A page of orders by day; ``next`` is empty on the last page.

    ``as_of`` is the last change of any connection.
    """

    orders: tuple[Order, ...]
    next: str
    as_of: AwareDatetime | None


class Touchpoint(Message, rename={"connection_id": "source_id"}):
    """A touch of a customer (a path of one channel), or a whole path; numbers in millionths.

    Attributes:
        at: the moment; None where only the day is known.
        customer: a hash, as in ``Order``; empty for a whole path.
        path: channels in order.
        nulls_micros: paths without a conversion.
        rows: how many alike ones of a file it adds up.
    """

    connection_id: UUID
    date: Day
    at: AwareDatetime | None
    customer: str
    path: tuple[str, ...]
    campaign: str
    currency: str
    cost_micros: int | None
    conversions_micros: int | None
    value_micros: int | None
    nulls_micros: int | None
    rows: int


class TouchpointsQuery(Message):
    """Days of touchpoints, both included, and a page: ``after`` is the previous page's ``next``.

    With ``channels`` only touchpoints whose path has one of these.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE


class TouchpointsPage(Message):
    """A page of touchpoints by day; ``next`` is empty on the last page.

    ``as_of`` is the last change of any connection.
    """

    touchpoints: tuple[Touchpoint, ...]
    next: str
    as_of: AwareDatetime | None


class RatesQuery(Message):
    """What one of each of some currencies is worth in ``target``, from one day to another.

    ``after`` is the previous page's ``next``.
    """

    target: str
    currencies: tuple[str, ...]
    from_date: date
    to_date: date
    after: str = ""


class DayRate(Message):
    """On a day, 1 ``currency`` is worth ``over / under`` of the target; both are exact."""

    date: Day
    currency: str
    over: Decimal
    under: Decimal


class RatesPage(Message):
    """A page of rates by day; a day without one has none. ``next`` is empty on the last page."""

    rates: tuple[DayRate, ...]
    next: str


class ImportedFile(Message):
    """A file that counts: the days that it has, when it came, and the path of its page."""

    connection_id: UUID
    file_name: str
    first_date: date | None
    last_date: date | None
    imported_at: AwareDatetime
    path: str


class MetricsSpan(Message):
    """The first and last day with metrics; both None when there are none."""

    first_date: date | None
    last_date: date | None


class ConnectionFreshness(Message):
    """How fresh a connection is: one word, one sentence, and the days that are whole."""

    connection_id: UUID
    state: str
    sentence: str
    whole_to: Day | None
    next_sync_at: AwareDatetime | None


class ProbeResult(Message):
    """What a connection's platform says to the question whose account it is.

    Attributes:
        answers: whether it told; else ``code``, ``message`` and its ``request_id`` say why not.
    """

    answers: bool
    account_id: str = ""
    account_name: str = ""
    code: str = ""
    message: str = ""
    request_id: str = ""


class MetricsChanged(Event, rename={"connection_id": "source_id"}):
    """A connection brought other numbers for some days of an organization, or was removed."""

    topic = "integrations.metrics.changed"
    key_field = "organization_id"

    organization_id: UUID
    connection_id: UUID
    first_date: date
    last_date: date


class RatesChanged(Event):
    """An organization has other exchange rates of some days, and of up to seven after them."""

    topic = "integrations.rates.changed"
    key_field = "organization_id"

    organization_id: UUID
    first_date: date
    last_date: date


class ConnectionActivated(Event):
    """A person connected a platform, anew or again."""

    topic = "integrations.connection.activated"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    platform: str
    name: str
    owner_id: UUID | None


class ConnectionExpired(Event):
    """A platform gives a connection nothing more until its owner consents again."""

    topic = "integrations.connection.expired"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    platform: str
    owner_id: UUID | None


class SyncCompleted(Event):
    """A run has read all that it was to read of a connection's platform."""

    topic = "integrations.sync.completed"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    run_id: UUID


class SyncFailed(Event):
    """A run ended before it had all; ``code`` says why in a word."""

    topic = "integrations.sync.failed"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    run_id: UUID
    code: str


class Integrations(Contract):
    """Ask for the metrics of the organization in the context."""

    service = "integrations"

    @method(idempotent=True, timeout_seconds=10.0)
    def daily_metrics(self, query: DailyMetricsQuery) -> DailyMetricsPage:
        """Return a page of daily metrics, at most ``MAX_PAGE``."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def orders(self, query: OrdersQuery) -> OrdersPage:
        """Return a page of orders, at most ``MAX_PAGE``.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def touchpoints(self, query: TouchpointsQuery) -> TouchpointsPage:
        """Return a page of touchpoints, at most ``MAX_PAGE``.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def exchange_rates(self, query: RatesQuery) -> RatesPage:
        """Return a page of what currencies are worth in another by day.

        A day takes its own rate, or the latest of the seven days before it.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def metrics_span(self) -> MetricsSpan:
        """Return the days between which there are metrics."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def list_connections(self) -> tuple[Connection, ...]:
        """List the connections of the organization, those of files included."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def get_connection(self, connection_id: UUID) -> Connection:
        """Return a connection of the organization.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def freshness(self, connection_id: UUID) -> ConnectionFreshness:
        """Return how fresh a connection is.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=60.0)
    def probe(self, connection_id: UUID) -> ProbeResult:
        """Ask a connection's platform whether it answers.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
            NothingToSyncError: it has no platform, or no token.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def start_sync(self, connection_id: UUID) -> UUID:
        """Begin a run of a connection; returns its id, or that of the one under way.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
            ConnectionPausedError: it is paused, or disconnected.
            NothingToSyncError: it has no platform, or no account is chosen.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def list_channels(self) -> tuple[str, ...]:
        """List the names of the organization's channels by alphabet."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def list_files(self, from_date: date, to_date: date) -> tuple[ImportedFile, ...]:
        """List the files that count and have any of some days, newest first, at most 100."""
        raise NotImplementedError
