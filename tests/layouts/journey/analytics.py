"""Analytics' part: numbers over days and dimensions, and kept queries."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.analytics.contract import Analytics, MetricQuery, SeriesQuery
from omnify.context import Principal
from tests.journeys.main_job import RANGE
from tests.layouts.visitor import Call, Visitor

QUERY: dict[str, Any] = {"measures": ["spend", "revenue", "blended_roas"], **RANGE}
#: Of the organization's customers, by the month of their first purchase.
COHORTS = "/api/analytics/cohorts?measure=revenue"
#: Of the journeys of the whole history.
ATTRIBUTION = "/api/analytics/attribution?model=markov"
DAYS = {"from_date": date(2019, 1, 1), "to_date": date(2019, 6, 30)}


def before_data(visitor: Visitor) -> None:
    """Ask while there are no numbers."""
    visitor.get("/api/analytics/dashboard/stats")
    visitor.post("/api/analytics/query", QUERY)
    visitor.get(COHORTS)
    visitor.get(ATTRIBUTION)


def refusals(visitor: Visitor) -> None:
    """Ask at a wrong path, with a wrong method, a wrong body and a wrong token."""
    visitor.get("/api/analytics/nothing-here")
    visitor.step("DELETE", "/api/analytics/measures")
    visitor.post("/api/analytics/query", data=b"{", headers={"Content-Type": "application/json"})
    visitor.get("/api/analytics/measures", headers={"Authorization": "Bearer nonsense"})


def numbers(visitor: Visitor) -> None:
    """Ask about the numbers, and keep a query."""
    days = f"?from={RANGE['from']}&to={RANGE['to']}"
    visitor.get(f"/api/analytics/dashboard/stats{days}")
    visitor.get("/api/analytics/dashboard/stats?days=28")
    visitor.post("/api/analytics/query", QUERY)
    by_month = {**QUERY, "dimensions": ["channel", "period"], "grain": "month"}
    visitor.post("/api/analytics/query", by_month)
    visitor.post("/api/analytics/query", {**QUERY, "measures": ["happiness"]})
    view = visitor.post("/api/analytics/views", {"name": "Months", "query": by_month}, key="view")
    visitor.post("/api/analytics/views", {"name": "Months", "query": by_month}, key="view")
    visitor.post("/api/analytics/views", {"name": "Other", "query": by_month}, key="view")
    visitor.get(f"/api/analytics/views/{view['id']}/data")
    visitor.get("/api/analytics/views")


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    spend = SeriesQuery(measure="spend", grain="month", channel="tv")
    return (
        (Analytics, "query", MetricQuery(measures=("spend",), dimensions=("channel",), **DAYS)),
        (Analytics, "daily_series", spend),
        (Analytics, "compare_halves", MetricQuery(measures=("spend",), **DAYS)),
        (Analytics, "last_day_with_data"),
    )


def refused_calls(visitor: Visitor, asker: Principal) -> None:
    """Ask for what there is not, and with what is no query."""
    nonsense = MetricQuery(measures=("happiness",), **DAYS)
    visitor.call(Analytics, "query", nonsense, principal=asker)
    visitor.call(Analytics, "daily_series", "no query", principal=asker)
