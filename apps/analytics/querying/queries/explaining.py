"""What the measures of an answer are made of."""

from __future__ import annotations

from uuid import UUID

from apps.analytics.contract import ExplainedMeasure, NumberSource
from apps.analytics.metrics.aggregation import Aggregate, counting
from apps.analytics.metrics.measures import MEASURES, RATIOS, components_of
from apps.analytics.querying.queries.history import History
from omnify.giving_way import giving_way


def explain_measures(
    history: History, summed: Aggregate, measures: tuple[str, ...]
) -> tuple[ExplainedMeasure, ...]:
    """Return the formula, the sources and the coverage of measures of the totals."""
    known = _find_known(history, summed)
    sources = sorted(history.sources.known, key=lambda each: (each.name, each.id))
    return tuple(
        ExplainedMeasure(
            measure=name,
            formula=MEASURES[name].formula,
            sources=tuple(
                NumberSource(id=each.id, name=each.name)
                for each in sources
                if not known.get(each.id, set()).isdisjoint(components_of(name))
            ),
            coverage=summed.totals.coverage(name) if name in RATIOS else None,
        )
        for name in measures
    )


def _find_known(history: History, summed: Aggregate) -> dict[UUID, set[str]]:
    """Return the measures that count of each source in the range."""
    known: dict[UUID, set[str]] = {}
    for fact in giving_way(history.facts):
        if summed.span.holds(fact):
            is_converted = fact.currency == summed.currency
            names = counting(tuple(fact.micros), is_converted=is_converted)
            known.setdefault(fact.source_id, set()).update(names)
    return known
