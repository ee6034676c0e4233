"""Read what may count between two days from integrations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone
from msgspec.structs import replace

from apps.analytics.contract import MetricQuery
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.aggregation import Range
from apps.analytics.metrics.conversion import convert, find_foreign
from apps.analytics.metrics.facts import Fact, complete_facts
from apps.analytics.metrics.measures import ADDITIVES
from apps.analytics.metrics.sources import Standing, primary_facts
from apps.analytics.querying.queries.rates import read_rates
from apps.auth.contract import Auth, OrganizationProfile
from apps.integrations.contract import (
    Connection,
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    Integrations,
)
from omnify.giving_way import giving_way
from omnify.names import fold
from omnify.services import client_of

#: The measures that have a field of their own on the wire.
_FIELDS = {
    name: f"{name}_micros"
    for name in ADDITIVES
    if f"{name}_micros" in DailyMetric.__struct_fields__
}


class History(msgspec.Struct):
    """The facts that may count between two days, and how the organization sees them."""

    facts: list[Fact]
    profile: OrganizationProfile
    as_of: datetime | None
    #: The names of the connections that facts come from.
    sources: dict[UUID, str] = {}

    def range_of(self, query: MetricQuery) -> Range:
        """Return the days of a query as the organization sees them."""
        return Range(
            query.from_date,
            query.to_date,
            query.grain,
            self.profile.week_start,
            today_in(self.profile),
        )


def today_in(profile: OrganizationProfile) -> date:
    """Return which day is today where the organization is."""
    return timezone.now().astimezone(ZoneInfo(profile.timezone)).date()


def read_profile() -> OrganizationProfile:
    """Return the organization's currency, time zone and weeks; asked for once per answer."""
    profile: OrganizationProfile = client_of(Auth).get_organization()
    return profile


def read_history(
    first: date,
    last: date,
    *,
    channels: tuple[str, ...] = (),
    measures: tuple[str, ...] = (),
    profile: OrganizationProfile | None = None,
) -> History:
    """Return what may count between two days; the profile, if it was read already, is given.

    With ``measures``, facts that know none of them may be absent.

    Raises:
        NoMetricsError: the organization has no metrics on any day.
    """
    facts: list[Fact] = []
    sources: dict[UUID, str] = {}
    as_of = None
    for page in _pages(first, last, channels, measures):
        levels = {
            connection.id: {item.measure: item.level for item in connection.complete_levels}
            for connection in page.connections
        }
        standings = {each.id: to_standing(each) for each in page.connections}
        complete = complete_facts(map(to_fact, giving_way(page.metrics)), levels)
        facts.extend(primary_facts(complete, standings))
        sources |= {connection.id: connection.name for connection in page.connections}
        as_of = page.as_of
    if as_of is None:
        raise NoMetricsError(missing="metrics")
    if channels:
        facts = _of_channels(facts, channels)
    profile = profile or read_profile()
    return History(_convert(facts, profile.currency), profile, as_of, sources)


def find_data_range(profile: OrganizationProfile) -> tuple[date | None, date | None]:
    """Return the first day with metrics and the last that is not in the future, None without.

    A span that is not over counts up to today.
    """
    span = client_of(Integrations).metrics_span()
    if span.first_date is None or span.last_date is None:
        return None, None
    return span.first_date, min(span.last_date, today_in(profile))


def to_standing(connection: Connection) -> Standing:
    """Return how a connection stands among those of its brand."""
    orders = connection.orders
    if orders is None:
        return Standing(connection.brand_id)
    return Standing(connection.brand_id, orders.rank, orders.first_date, orders.last_date)


def to_fact(metric: DailyMetric) -> Fact:
    """Return a metric of integrations as a fact."""
    known = {
        name: micros
        for name, field in _FIELDS.items()
        if (micros := getattr(metric, field)) is not None
    }
    if metric.others:
        known |= {item.measure: item.micros for item in metric.others if item.measure in ADDITIVES}
    return Fact(
        source_id=metric.connection_id,
        level=metric.level,
        entity=metric.entity_key,
        channel=metric.channel,
        first=metric.date,
        last=metric.last_date or metric.date,
        currency=metric.currency,
        micros=known,
    )


def _convert(facts: list[Fact], currency: str) -> list[Fact]:
    """Return facts with their money in the organization's currency, as far as there are rates."""
    rates = read_rates(currency, find_foreign(giving_way(facts), currency))
    return list(convert(giving_way(facts), currency, rates)) if rates else facts


def _of_channels(facts: list[Fact], channels: tuple[str, ...]) -> list[Fact]:
    """Return the facts of channels, which may be asked for in any case."""
    keys = {fold(channel) for channel in channels}
    names = {name for name in {fact.channel for fact in facts} if fold(name) in keys}
    return [fact for fact in facts if fact.channel in names]


def _pages(
    first: date, last: date, channels: tuple[str, ...], measures: tuple[str, ...]
) -> Iterator[DailyMetricsPage]:
    integrations = client_of(Integrations)
    query = DailyMetricsQuery(from_date=first, to_date=last, channels=channels, measures=measures)
    while True:
        page = integrations.daily_metrics(query)
        yield page
        if not page.next:
            return
        query = replace(query, after=page.next)
