"""Find agents and executions, and read the numbers that the rules look at."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from apps.agentkit.exceptions import AgentNotFoundError, ExecutionNotFoundError
from apps.agentkit.models import Agent, Execution
from apps.agentkit.rules import ChannelReading, Readings
from apps.analytics.contract import Analytics, MetricQuery, MetricTable, SeriesQuery
from omnify.exceptions import InsufficientDataError
from omnify.services import client_of

MEASURES = ("spend", "revenue", "impressions", "clicks", "attributed_revenue")
#: The length of the default range, in days.
DEFAULT_DAYS = 364
Values = dict[str, Decimal | None]


class Research(msgspec.Struct):
    """Readings, and the queries behind them with the time of their data."""

    readings: Readings
    sources: list[dict[str, Any]]


def list_agents() -> QuerySet[Agent]:
    """Return the organization's agents, newest first."""
    return Agent.objects.all()


def get_agent(agent_id: UUID) -> Agent:
    """Return an agent.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
    """
    return Agent.objects.get_or_refuse(AgentNotFoundError(agent_id=agent_id), id=agent_id)


def list_executions(agent_id: UUID) -> QuerySet[Execution]:
    """Return an agent's executions, newest first.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
    """
    return Execution.objects.filter(agent=get_agent(agent_id))


def get_execution(execution_id: UUID) -> Execution:
    """Return an execution.

    Raises:
        ExecutionNotFoundError: the organization has no execution with this id.
    """
    return Execution.objects.get_or_refuse(
        ExecutionNotFoundError(execution_id=execution_id), id=execution_id
    )


def research(first: date | None, last: date | None) -> Research:
    """Return the readings of a range, by default the last 52 weeks with data.

    Raises:
        InsufficientDataError: the organization has no metrics in the range.
        InvalidInputError: ``first`` is after ``last``, or the range is too long or too early.
    """
    first, last = _range(first, last)
    half = timedelta(days=max(1, ((last - first).days + 1) // 2) - 1)
    whole, earlier, later = (
        _query(first, last),
        _query(first, first + half),
        _query(last - half, last),
    )
    analytics = client_of(Analytics)
    tables = [(query, analytics.query(query)) for query in (whole, earlier, later)]
    if not tables[0][1].rows and all(item.value is None for item in tables[0][1].totals):
        raise InsufficientDataError(missing="metrics", first=first, last=last)
    return Research(
        readings=_readings(first, last, *(table for _, table in tables)),
        sources=[_source(query, table) for query, table in tables],
    )


def _range(first: date | None, last: date | None) -> tuple[date, date]:
    if last is None:
        series = client_of(Analytics).daily_series(SeriesQuery(measure="spend", grain="day"))
        if not series.points:
            raise InsufficientDataError(missing="spend")
        last = series.points[-1].period
    return first or last - timedelta(days=DEFAULT_DAYS - 1), last


def _query(first: date, last: date) -> MetricQuery:
    return MetricQuery(measures=MEASURES, dimensions=("channel",), from_date=first, to_date=last)


def _readings(
    first: date, last: date, whole: MetricTable, earlier: MetricTable, later: MetricTable
) -> Readings:
    totals, before, after = _totals(whole), _totals(earlier), _totals(later)
    channels_before, channels_after = _channels(earlier), _channels(later)
    return Readings(
        first=first,
        last=last,
        currency=whole.currency,
        spend=totals["spend"],
        revenue=totals["revenue"],
        earlier_revenue=before["revenue"],
        later_revenue=after["revenue"],
        channels=tuple(
            ChannelReading(
                name=name,
                spend=values["spend"],
                impressions=values["impressions"],
                clicks=values["clicks"],
                attributed_revenue=values["attributed_revenue"],
                earlier_spend=channels_before.get(name, {}).get("spend"),
                later_spend=channels_after.get(name, {}).get("spend"),
            )
            for name, values in _channels(whole).items()
        ),
    )


def _totals(table: MetricTable) -> Values:
    return {item.measure: item.value for item in table.totals}


def _channels(table: MetricTable) -> dict[str, Values]:
    return {
        row.channel or "": {item.measure: item.value for item in row.values} for row in table.rows
    }


def _source(query: MetricQuery, table: MetricTable) -> dict[str, Any]:
    return {
        "service": "analytics",
        "method": "query",
        "query": msgspec.to_builtins(query),
        "as_of": table.as_of and table.as_of.isoformat(),
    }
