"""What integrations declares and what the other services may ask of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from omnify.events import Event
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import NavigationItem
from omnify.services.messages import AwareDatetime, Message

MANIFEST = Manifest(
    name="integrations",
    summary="Connects platforms and files, and keeps their normalised daily metrics.",
    port=8002,
    prefixes=("/api/integrations", "/api/webhooks"),
    needs=("auth",),
    navigation=(NavigationItem("Import", "/app/integrations/", "plug", "integration:connect"),),
)

#: The most metrics in one page.
MAX_PAGE = 5000


class CompleteLevel(Message):
    """At which level a source's totals of a measure are complete: sum there and nowhere else."""

    measure: str
    level: str


class Source(Message):
    """Where metrics come from: a connection to a platform, or a file."""

    id: UUID
    kind: str
    name: str
    complete_levels: tuple[CompleteLevel, ...]


class DailyMetric(Message):
    """One entity's numbers of one day, in millionths; None where the source says nothing."""

    source_id: UUID
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


class DailyMetricsQuery(Message):
    """The days asked for, both included, and the page: ``after`` is the former page's ``next``."""

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE


class DailyMetricsPage(Message):
    """A page of metrics in a stable order, with the sources they come from.

    ``next`` is empty on the last page; ``as_of`` is the last change of any of the sources.
    """

    metrics: tuple[DailyMetric, ...]
    sources: tuple[Source, ...]
    next: str
    as_of: AwareDatetime | None


class MetricsSpan(Message):
    """The first and last day with metrics; both None when there are none."""

    first_date: date | None
    last_date: date | None


class MetricsChanged(Event):
    """A source brought other numbers for some days of an organization, or was removed."""

    topic = "integrations.metrics.changed"
    key_field = "organization_id"

    organization_id: UUID
    source_id: UUID
    first_date: date
    last_date: date


class Integrations(Contract):
    """Asked for the metrics of the organization of the context."""

    service = "integrations"

    @method(idempotent=True, timeout_seconds=10.0)
    def daily_metrics(self, query: DailyMetricsQuery) -> DailyMetricsPage:
        """Return a page of daily metrics, at most ``MAX_PAGE``."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def metrics_span(self) -> MetricsSpan:
        """Return the days between which there are metrics."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def list_connections(self) -> tuple[Source, ...]:
        """List what the organization has connected, files included."""
        raise NotImplementedError
