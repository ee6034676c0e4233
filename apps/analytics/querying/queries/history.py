"""Read what may count between two days from the store."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone

from apps.analytics.contract import MetricQuery
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.aggregation import Range
from apps.analytics.metrics.conversion import convert, find_foreign
from apps.analytics.metrics.facts import Fact, complete_facts
from apps.analytics.metrics.names import ALL, Names
from apps.analytics.metrics.sources import Source, primary_facts
from apps.analytics.querying.queries.rates import read_rates
from apps.analytics.store.operations import catch_up
from apps.analytics.store.queries.facts import find_days, iter_facts
from apps.analytics.store.queries.sources import is_current, read_source, read_stored
from apps.analytics.store.rows import to_source
from apps.auth.contract import Auth, OrganizationProfile
from apps.integrations.contract import Connection, Integrations
from omnify.exceptions import ServiceUnavailableError
from omnify.giving_way import giving_way
from omnify.services import client_of


class Sources(msgspec.Struct, frozen=True):
    """The organization, and the connections that its facts are of.

    Attributes:
        as_of: their last change that is in the store.
        late: the names of those that have changed since.
    """

    profile: OrganizationProfile
    known: tuple[Source, ...] = ()
    as_of: datetime | None = None
    late: tuple[str, ...] = ()


class History(msgspec.Struct):
    """The facts that may count between two days, and how the organization sees them."""

    facts: list[Fact]
    sources: Sources

    @property
    def profile(self) -> OrganizationProfile:
        """Return the organization's currency, time zone and weeks."""
        return self.sources.profile

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


def read_sources() -> Sources:
    """Return the organization and its connections, after taking in what changed a moment ago.

    While integrations is away they are those that the store knows. Read once per answer.

    Raises:
        NoMetricsError: the organization has no connection.
        ServiceUnavailableError: integrations is away, and the store knows of no connection.
    """
    # Asked first: who waits for integrations in vain may have no time left for it.
    profile = client_of(Auth).get_organization()
    try:
        connections: tuple[Connection, ...] = client_of(Integrations).list_connections()
        catch_up(connections)
        known, stored = tuple(map(to_source, connections)), read_stored()
    except ServiceUnavailableError:
        connections, stored = (), read_stored()
        if not stored:
            raise
        known = tuple(map(read_source, stored.values()))
    if not known:
        raise NoMetricsError(missing="metrics")
    dates = (row.as_of for row in stored.values() if row.as_of is not None)
    late = {each.name for each in connections if not is_current(stored.get(each.id), each)}
    late |= {each.name for each in known if each.id in stored and not stored[each.id].as_of}
    return Sources(
        profile=profile,
        known=known,
        as_of=max(dates, default=None),
        late=tuple(sorted(late)),
    )


def read_history(
    first: date,
    last: date,
    *,
    channels: Names = ALL,
    measures: tuple[str, ...] = (),
    sources: Sources | None = None,
) -> History:
    """Return what may count between two days; the sources are given if they were read already.

    With ``measures``, facts that know none of them may be absent.

    Raises:
        NoMetricsError: the organization has no connection.
    """
    sources = sources or read_sources()
    levels = {each.id: each.levels for each in sources.known}
    standings = {each.id: each.standing for each in sources.known}
    found = iter_facts(
        first,
        last,
        levels={level for own in levels.values() for level in own.values()},
        channels=channels,
        measures=measures,
    )
    facts = list(primary_facts(complete_facts(found, levels), standings))
    return History(_convert(facts, sources.profile.currency), sources)


def find_data_range(sources: Sources) -> tuple[date | None, date | None]:
    """Return the first day with metrics and the last that is not in the future, None without.

    A span that is not over counts up to today.
    """
    first, last = find_days({each.id for each in sources.known})
    if first is None or last is None:
        return None, None
    return first, min(last, today_in(sources.profile))


def _convert(facts: list[Fact], currency: str) -> list[Fact]:
    """Return facts with their money in the organization's currency, as far as there are rates."""
    rates = read_rates(currency, find_foreign(giving_way(facts), currency))
    return list(convert(giving_way(facts), currency, rates)) if rates else facts
