"""Find agents and executions, and read the numbers that the rules look at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from django.db.models import QuerySet

from apps.agentkit import messages
from apps.agentkit.exceptions import AgentNotFoundError, ExecutionNotFoundError
from apps.agentkit.models import Agent, Execution
from apps.agentkit.rules import ALL, ChannelReading, Finding, LeftOut, Readings
from apps.analytics.contract import (
    Analytics,
    Half,
    Halves,
    MeasureValue,
    MetricQuery,
    MetricTable,
)
from omnify.context import current_organization_id
from omnify.exceptions import InsufficientDataError
from omnify.services import client_of
from omnify.services.messages import as_message

MEASURES = (
    *("spend", "revenue", "impressions", "clicks", "attributed_revenue"),
    *("cpc", "blended_roas", "mer_pct"),
)
RULES: Final = messages.Provider(
    name="rules",
    is_model=False,
    description="Fixed rules over the organization's own numbers, without a language model.",
)
#: The length of the default range, in days.
DEFAULT_DAYS = 364
_ANALYST = "Analytics analyst"
_ANALYST_DESCRIPTION = "Reads the organization's own numbers by fixed rules."
#: The part of a UUIDv7 behind its time, version and variant.
_RANDOM_BITS = 62
_RANDOM = 1 << _RANDOM_BITS
Values = dict[str, Decimal | None]


class Research(msgspec.Struct):
    """Readings, and the queries behind them with the time of their data."""

    readings: Readings
    sources: list[dict[str, Any]]


def list_agents() -> QuerySet[Agent]:
    """Return the organization's agents, newest first."""
    return Agent.objects.all()


def find_unstored_analyst() -> Agent | None:
    """Return the agent that an organization has before it wrote any, None after that.

    It is stored by the first write, so that reads write nothing. Its id has the time of the
    organization's own (UUIDv7), and is always the same.
    """
    return None if Agent.objects.exists() else _make_analyst()


def _make_analyst() -> Agent:
    organization_id = current_organization_id()
    digest = uuid5(organization_id, _ANALYST).int
    agent_id = UUID(int=organization_id.int >> _RANDOM_BITS << _RANDOM_BITS | digest % _RANDOM)
    return Agent(
        id=agent_id,
        organization_id=organization_id,
        type=Agent.Type.ANALYTICS,
        name=_ANALYST,
        description=_ANALYST_DESCRIPTION,
        created_at=datetime.fromtimestamp((organization_id.int >> 80) / 1000, UTC),
    )


def get_agent(agent_id: UUID) -> Agent:
    """Return an agent.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
    """
    agent = Agent.objects.filter(id=agent_id).first() or find_unstored_analyst()
    if agent is None or agent.id != agent_id:
        raise AgentNotFoundError(agent_id=agent_id)
    return agent


def get_first_agent() -> Agent:
    """Return the agent that the organization has had for longest; it always has one."""
    return Agent.objects.order_by("id").first() or _make_analyst()


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


def to_execution(row: Execution) -> messages.Execution:
    """Return an execution as the API shows it."""
    return as_message(messages.Execution, row, provider=RULES)


def find_latest_execution() -> Execution | None:
    """Return the execution that completed last, None before any."""
    return Execution.objects.filter(status=Execution.Status.COMPLETED).first()


def read_findings(execution: Execution) -> tuple[Finding, ...]:
    """Return what an execution found, warnings first; nothing after a failure."""
    stored = (execution.output or {}).get("findings", [])
    found = msgspec.convert(stored, tuple[Finding, ...])
    return tuple(sorted(found, key=lambda each: each.severity != "warning"))


def read_sources(execution: Execution) -> tuple[messages.Source, ...]:
    """Return the queries behind what an execution found."""
    return msgspec.convert(execution.sources, tuple[messages.Source, ...])


def research(first: date | None, last: date | None) -> Research:
    """Return the readings of a range, by default the last 52 weeks with data.

    Raises:
        InsufficientDataError: the organization has no metrics in the range.
        InvalidInputError: ``first`` is after ``last``, or the range is too long or too early.
    """
    first, last = _range(first, last)
    query = _query(first, last)
    analytics = client_of(Analytics)
    table, halves = analytics.query(query), analytics.compare_halves(query)
    if not table.rows and all(item.value is None for item in table.totals):
        raise InsufficientDataError(missing="metrics", first=first, last=last)
    sides = [] if halves is None else [halves.earlier, halves.later]
    return Research(
        readings=_readings(first, last, table, halves),
        sources=[
            _source("query", query, table),
            *(
                _source("compare_halves", _query(side.from_date, side.to_date), table)
                for side in sides
            ),
        ],
    )


def _range(first: date | None, last: date | None) -> tuple[date, date]:
    if last is None:
        last = client_of(Analytics).last_day_with_data()
        if last is None:
            raise InsufficientDataError(missing="metrics")
    # What is before the calendar, analytics refuses as too early.
    return first or date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1)), last


def _query(first: date, last: date) -> MetricQuery:
    return MetricQuery(measures=MEASURES, dimensions=("channel",), from_date=first, to_date=last)


def _readings(first: date, last: date, table: MetricTable, halves: Halves | None) -> Readings:
    totals = _values(table.totals)
    spend, revenue = _sides(halves, "spend"), _sides(halves, "revenue")
    return Readings(
        first=first,
        last=last,
        currency=table.currency,
        spend=totals["spend"],
        revenue=totals["revenue"],
        blended_roas=totals["blended_roas"],
        mer_pct=totals["mer_pct"],
        earlier_revenue=revenue[0].get(""),
        later_revenue=revenue[1].get(""),
        channels=tuple(
            ChannelReading(
                name=name,
                spend=values["spend"],
                impressions=values["impressions"],
                clicks=values["clicks"],
                attributed_revenue=values["attributed_revenue"],
                cpc=values["cpc"],
                earlier_spend=spend[0].get(name),
                later_spend=spend[1].get(name),
                cpc_coverage=_values(row.coverage).get("cpc", ALL),
            )
            for row in table.rows
            for name, values in [(row.channel or "", _values(row.values))]
        ),
        coverage=_values(table.coverage).get("blended_roas", ALL),
        left_out=tuple(
            LeftOut(each.currency, each.spend, each.revenue) for each in table.unconverted
        ),
    )


def _sides(halves: Halves | None, measure: str) -> tuple[Values, Values]:
    """Return a measure in each half by channel, in all under an empty name.

    Both are empty where the halves are not alike: a change would be one of the data.
    """
    if halves is None or measure in halves.unlike:
        return {}, {}

    def values(half: Half) -> Values:
        by_channel = {row.channel or "": _values(row.values)[measure] for row in half.rows}
        return {**by_channel, "": _values(half.totals)[measure]}

    return values(halves.earlier), values(halves.later)


def _values(values: tuple[MeasureValue, ...]) -> Values:
    return {item.measure: item.value for item in values}


def _source(method: str, query: MetricQuery, table: MetricTable) -> dict[str, Any]:
    return {
        "service": "analytics",
        "method": method,
        "query": msgspec.to_builtins(query),
        "as_of": table.as_of and table.as_of.isoformat(),
    }
