"""What analytics declares and what the other services may ask of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from omnify.events import Event
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import NavigationItem
from omnify.services.messages import AwareDatetime, Message

MANIFEST = Manifest(
    name="analytics",
    summary="One definition of every number, and the dashboards over it.",
    port=8004,
    prefixes=("/api/analytics", "/api/brain", "/api/reporting"),
    needs=("auth", "integrations"),
    uses=("ml", "agentkit"),
    listens_to=(
        "integrations.metrics.changed",
        "integrations.orders.changed",
        "integrations.touchpoints.changed",
        "integrations.customers.erased",
    ),
    navigation=(
        NavigationItem("Overview", "/app/analytics/", "chart", "analytics:view", weight=10),
        NavigationItem(
            "Channels", "/app/analytics/channels", "channels", "analytics:view", weight=20
        ),
        NavigationItem(
            "Customers", "/app/analytics/customers", "users", "analytics:view", weight=40
        ),
        NavigationItem(
            "Attribution", "/app/analytics/attribution", "split", "analytics:view", weight=50
        ),
    ),
    gives_to_shell=("search",),
    is_home=True,
)


class Condition(Message):
    """What a measure of a row has to be; a row of which it is unknown meets none."""

    measure: str
    op: Literal["<", "<=", "=", "!=", ">=", ">"]
    value: Decimal


class MetricQuery(Message):
    """Measures over dimensions (``channel``, ``period``) between two days, both included.

    With ``channels``, those that are not named, and those that ``channels_not`` names or whose
    names lack ``channels_containing``, do not count, nor does what is of no channel.

    Attributes:
        grain: ``day``, ``week`` or ``month``: the length of a period.
        having: what rows have to meet; totals are of all that counts nevertheless.
        order: measures or dimensions, with ``-`` from the highest down; unknown values come last.
        limit: so many rows are shown, and the rest as one more; 0 shows all.
        explain: whether the answer says what each measure of the totals is made of.
    """

    measures: tuple[str, ...]
    from_date: date
    to_date: date
    dimensions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    grain: str = "day"
    channels_not: tuple[str, ...] = ()
    channels_containing: str = ""
    having: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    limit: int = 0
    explain: bool = False


class MeasureValue(Message):
    """A measure's value: exact, in the measure's unit; None when it is undefined."""

    measure: str
    value: Decimal | None


class DaysWithData(Message, rename={"known": "with"}):
    """How many days of a period have data, and how many it has."""

    known: int
    of: int

    @property
    def is_partial(self) -> bool:
        """Return whether days are missing: the period runs, is cut by the range, or has gaps."""
        return self.known < self.of


class MetricRow(Message):
    """The values of one combination of dimensions; None for a dimension outside the query.

    Attributes:
        coverage: of ratios, the share of spend (else of the numerator) that they rest on; None
            where it cannot be told, absent where it is 1.
        days: of a period, its days with data; fewer than it has mean that it is partial.
        is_other: whether it sums the rows beyond the query's limit, of no dimension of their own.
    """

    channel: str | None
    period: date | None
    values: tuple[MeasureValue, ...]
    coverage: tuple[MeasureValue, ...] = ()
    days: DaysWithData | None = None
    is_other: bool = False


class UnconvertedAmount(Message):
    """What was left out for want of a rate: money of all sums, counts of ratios alone.

    Of the amounts that are zero, ``unknown`` names those of which nothing is known.
    """

    currency: str
    spend: Decimal
    revenue: Decimal
    attributed_revenue: Decimal | None = None
    impressions: Decimal | None = None
    clicks: Decimal | None = None
    conversions: Decimal | None = None
    orders: Decimal | None = None
    unknown: tuple[str, ...] = ()


class NumberSource(Message):
    """A connection that has numbers."""

    id: UUID
    name: str


class ExplainedMeasure(Message):
    """What a measure of the totals is made of.

    Attributes:
        sources: the connections that know a part of it in the days of the query, money in the
            currency of the answer.
        coverage: of a ratio, the share of spend (else of the numerator) that it rests on; None
            where it cannot be told, and of what is no ratio.
    """

    measure: str
    formula: str
    sources: tuple[NumberSource, ...]
    coverage: Decimal | None


class MetricTable(Message):
    """The answer to a query; ``as_of`` is when the data behind it last changed.

    ``late`` names the connections whose last change is not in it yet.
    """

    rows: tuple[MetricRow, ...]
    totals: tuple[MeasureValue, ...]
    currency: str
    unconverted: tuple[UnconvertedAmount, ...]
    as_of: AwareDatetime | None
    coverage: tuple[MeasureValue, ...] = ()
    late: tuple[str, ...] = ()
    explained: tuple[ExplainedMeasure, ...] = ()


class Half(Message):
    """One half of a range: the values of rows wholly inside its days, by channel and in all."""

    from_date: date
    to_date: date
    rows: tuple[MetricRow, ...]
    totals: tuple[MeasureValue, ...]


class Halves(Message):
    """Two halves of equal length; ``unlike`` names measures that have fewer days in one of them.

    A change of those would be one of the data, not of what they measure. A channel's value is None
    where the channel alone has fewer.
    """

    earlier: Half
    later: Half
    unlike: tuple[str, ...]


class SeriesQuery(Message):
    """One measure over time, of one channel or (empty) of the whole organization.

    Without days, the query covers the whole history.
    """

    measure: str
    grain: str
    channel: str = ""
    from_date: date | None = None
    to_date: date | None = None


class SeriesPoint(Message):
    """A period, named by its first day, and the measure's exact value in it."""

    period: date
    value: Decimal | None
    is_partial: bool = False


class Series(Message):
    """A measure over time; periods without data are absent, not zero.

    ``unconverted`` is what the points lack for want of a rate, where the measure is money.
    """

    measure: str
    unit: str
    currency: str
    grain: str
    points: tuple[SeriesPoint, ...]
    as_of: AwareDatetime | None
    unconverted: tuple[UnconvertedAmount, ...] = ()


class FactsChanged(Event):
    """The store has other facts of some measures, between two days of an organization."""

    topic = "analytics.facts.changed"
    key_field = "organization_id"

    organization_id: UUID
    measures: tuple[str, ...]
    first_date: date
    last_date: date


class Analytics(Contract):
    """Ask for the numbers of the organization in the context."""

    service = "analytics"

    @method(idempotent=True, timeout_seconds=15.0)
    def query(self, query: MetricQuery) -> MetricTable:
        """Return measures over dimensions.

        Raises:
            InvalidInputError: it names an unknown measure, dimension or grain.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=15.0)
    def daily_series(self, query: SeriesQuery) -> Series:
        """Return a measure over time.

        Raises:
            InvalidInputError: it names an unknown measure or grain.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=15.0)
    def compare_halves(self, query: MetricQuery) -> Halves | None:
        """Return the halves of a range by channel, in days, weeks or months of the data.

        None where the range has fewer than two of them.

        Raises:
            InvalidInputError: it names an unknown measure.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def last_day_with_data(self) -> date | None:
        """Return the last day with metrics that is not in the future, None without any.

        It is where default ranges end.
        """
        raise NotImplementedError
