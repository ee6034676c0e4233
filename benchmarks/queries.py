"""Measure a query of a year of daily rows of 20 channels, and the parts that it is made of."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.database import test_database

CHANNELS, DAYS, ROUNDS = 20, 365, 9
MEASURES = ("spend", "clicks", "impressions", "conversions")
ASKED = ("spend", "revenue", "clicks", "cpc", "cpm", "ctr", "cvr", "cpa", "blended_roas")


def main() -> None:
    """Compare whole queries with sums in SQL over the same rows, and with their parts."""
    with test_database():
        from tests.factories.auth import make_member, make_organization
        from tests.factories.integrations import FIRST_DAY, make_connection, make_metrics

        member = make_member(make_organization())
        connection = make_connection(member.organization.id)
        channels = {
            f"channel {number}": dict.fromkeys(MEASURES, number + 1) for number in range(CHANNELS)
        }
        make_metrics(connection, days=DAYS, revenue=1000, channels=channels)
        last = FIRST_DAY + timedelta(days=DAYS - 1)
        body = {"measures": ASKED, "from": FIRST_DAY.isoformat(), "to": last.isoformat()}

        def ask(**options: Any) -> None:
            answer = member.client.post("/api/analytics/query", {**body, **options}, format="json")
            assert answer.status_code == 200, answer.json()  # noqa: S101 - nothing to measure else

        sums = _milliseconds(_sums_in_sql)
        print(f"{CHANNELS} channels, {DAYS} days, {CHANNELS * DAYS + DAYS} rows")
        print(f"sums by channel in SQL             {sums:8.1f} ms   (reference)")
        for name, options in (
            ("query, totals", {}),
            ("query by channel", {"dimensions": ["channel"]}),
            ("query by channel and week", {"dimensions": ["channel", "period"], "grain": "week"}),
        ):
            spent = _milliseconds(lambda options=options: ask(**options))
            print(f"{name:<34} {spent:8.1f} ms   {spent / sums:.0f} times")
        for name, part in _parts(member, body).items():
            print(f"  {name:<32} {_milliseconds(part):8.1f} ms")


def _parts(member: Any, body: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Return the parts of a query by channel and week."""
    from datetime import date

    from apps.analytics.metrics.aggregation import Range, aggregate
    from apps.analytics.querying.queries.history import read_history
    from apps.analytics.store.models import DayRollup
    from omnify.context import Principal, acting_as

    first, last = date.fromisoformat(body["from"]), date.fromisoformat(body["to"])
    principal = Principal(organization_id=member.organization.id)

    def read() -> Any:
        with acting_as(principal):
            return read_history(first, last)

    def rows() -> None:
        with acting_as(principal):
            list(DayRollup.objects.values_list())

    history = read()
    span = Range(first, last, "week")
    by = ("channel", "period")
    return {
        "rows of the store": rows,
        "history from the store": read,
        "sums": lambda: aggregate(history.facts, span, currency="EUR", dimensions=by),
    }


def _sums_in_sql() -> None:
    from django.db.models import Sum

    from apps.integrations.metrics.models import DailyMetric

    columns = [Sum(f"{name}_micros") for name in (*MEASURES, "revenue")]
    list(DailyMetric.unscoped.values("channel").annotate(*columns))


def _milliseconds(run: Callable[[], object]) -> float:
    """Return the median processor time of a run, so that others on the machine do not count."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return statistics.median(times) * 1000
