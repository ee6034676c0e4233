"""What a query comes to, slowly: from every metric that integrations has, without the store."""

from apps.analytics.metrics.conversion import convert, find_foreign, worth_of
from apps.analytics.metrics.facts import Fact, complete_facts
from apps.analytics.metrics.sources import primary_facts
from apps.analytics.querying.queries.history import History, Sources
from apps.analytics.querying.queries.tables import make_table
from apps.analytics.store.rows import to_source
from apps.auth.contract import Auth
from apps.integrations.contract import MEASURES, DailyMetricsQuery, Integrations, RatesQuery
from omnify.services import client_of

NAMES = tuple(measure.name for measure in MEASURES)


def answer(query):
    """The table of a query of the contract, in the context's organization."""
    profile = client_of(Auth).get_organization()
    connections = client_of(Integrations).list_connections()
    known = [to_source(each) for each in connections]
    levels = {each.id: each.levels for each in known}
    standings = {each.id: each.standing for each in known}
    facts = map(to_fact, every_metric(query.from_date, query.to_date))
    facts = list(primary_facts(complete_facts(facts, levels), standings))
    if query.channels:
        facts = [fact for fact in facts if fact.channel in query.channels]
    facts = list(convert(facts, profile.currency, rates_of(facts, profile.currency)))
    return make_table(History(facts, Sources(profile)), query)


def every_metric(first, last):
    query, found = DailyMetricsQuery(from_date=first, to_date=last), []
    page = client_of(Integrations).daily_metrics(query)
    found.extend(page.metrics)
    assert not page.next
    return found


def to_fact(metric):
    known = {name: metric.micros_of(name) for name in NAMES}
    return Fact(
        source_id=metric.connection_id,
        level=metric.level,
        entity=metric.entity_key,
        channel=metric.channel,
        first=metric.date,
        last=metric.last_date or metric.date,
        currency=metric.currency,
        micros={name: micros for name, micros in known.items() if micros is not None},
    )


def rates_of(facts, currency):
    foreign = find_foreign(facts, currency)
    if not foreign:
        return {}
    days = [day for span in foreign.values() for day in span]
    query = RatesQuery(
        target=currency, currencies=tuple(foreign), from_date=min(days), to_date=max(days)
    )
    page = client_of(Integrations).exchange_rates(query)
    return {(each.currency, each.date): worth_of(each.over, each.under) for each in page.rates}
