"""What connections bring, as other services ask for it: metrics, orders, touchpoints, rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.integrations.contract.connections import Connection
from omnify.services.messages import AwareDatetime, Message

#: A day, for messages that have a field of that name.
Day = date
#: The most metrics in one page.
MAX_PAGE = 5000


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

    Metrics of spans that touch the days are among them. With ``measures``, metrics that know none
    of them are left out; with ``connection_id``, those of other connections, and those that begin
    before the days: so each is in one range of several that follow each other.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE
    measures: tuple[str, ...] = ()
    connection_id: UUID | None = None


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
        gross_micros: before discounts; None where it is not known.
        presentment_currency, presentment_micros: what the customer saw of the revenue, or of a
            refund; empty and None where that is no other currency. It counts nowhere.
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
    gross_micros: int | None = None
    presentment_currency: str = ""
    presentment_micros: int | None = None


class OrdersQuery(Message):
    """Days of orders, both included, and a page: ``after`` is the previous page's ``next``.

    With ``channels`` only orders of these; an order is of its own day, whenever it is paid back.
    With ``connection_id``, those of other connections are left out.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE
    connection_id: UUID | None = None


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

    With ``channels`` only touchpoints whose path has one of these; with ``connection_id``, those of
    other connections are left out.
    """

    from_date: date
    to_date: date
    channels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE
    connection_id: UUID | None = None


class TouchpointsPage(Message):
    """A page of touchpoints by day; ``next`` is empty on the last page.

    ``as_of`` is the last change of any connection.
    """

    touchpoints: tuple[Touchpoint, ...]
    next: str
    as_of: AwareDatetime | None


class Entity(Message, rename={"connection_id": "source_id"}):
    """A campaign, ad group or ad of a platform, as the platform called it last.

    Attributes:
        account_id, id, parent_id: the platform's; the parent is an ad's group or campaign, or a
            group's campaign; empty where it is not known.
        channel_type, status: in the platform's words; empty where it does not say.
        last_date: the last day of which it has numbers.
    """

    connection_id: UUID
    account_id: str
    level: str
    id: str
    parent_id: str
    name: str
    channel: str
    channel_type: str
    status: str
    last_date: Day


class EntitiesQuery(Message):
    """Which entities: of some levels (``campaign``, ``ad_group``, ``ad``), of all by default.

    ``after`` is the previous page's ``next``.
    """

    levels: tuple[str, ...] = ()
    after: str = ""
    limit: int = MAX_PAGE


class EntitiesPage(Message):
    """A page of entities in a stable order; ``next`` is empty on the last page."""

    entities: tuple[Entity, ...]
    next: str


class OrganizationsPage(Message):
    """A page of the organizations that have connections; ``next`` is None on the last page."""

    organizations: tuple[UUID, ...]
    next: UUID | None


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
