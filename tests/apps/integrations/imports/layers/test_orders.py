"""Any sequence of files of orders, of figures, and undos comes to what a plain replay comes to."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.integrations.imports.layers import building, merging, moves, stored
from apps.integrations.imports.operations import changing, import_csv, undo_import
from apps.integrations.imports.reading import make_mapping
from apps.integrations.models import Connection, DailyMetric, Order
from omnify.context import acting_as
from tests.factories.auth import make_member, make_organization
from tests.factories.integrations import known_micros

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = date(2026, 1, 1)
HEADER = "id,Created (UTC),Amount,Amount Refunded,Currency,Status,Refunded date (UTC)"
MAPPING = {
    "kind": "orders",
    "date": "Created (UTC)",
    "customer": "Status",
    "revenue": "Amount",
    "currency": "Currency",
}


class Sale(NamedTuple):
    """A line of a file: days as numbers; what is paid back is of the day ``refunded``."""

    number: int
    day: int
    amount: int
    refund: int
    refunded: int


class Figures(NamedTuple):
    """A file that names measures of days, each the same number."""

    measures: list
    days: list


def line_of(sale):
    refunded = FIRST + timedelta(days=sale.refunded) if sale.refund else ""
    day = FIRST + timedelta(days=sale.day)
    return f"{sale.number},{day},{sale.amount},{sale.refund},eur,Paid,{refunded}"


def bring_sales(sales):
    text = "\n".join([HEADER, *map(line_of, sales), ""])
    return bring(text, MAPPING)


def bring_figures(figures):
    lines = [f"{FIRST + timedelta(days=day)},{number},{number}" for day, number in figures.days]
    columns = {name: name for name in figures.measures}
    mapping = {"date": "day", "currency": "EUR", "grain": "day", **columns}
    return bring("\n".join(["day,revenue,orders", *lines, ""]), mapping)


def bring(text, mapping):
    stream, read = io.BytesIO(text.encode()), make_mapping(mapping)
    return import_csv(stream, file_name="file.csv", mapping=read, now=NOW)


class Replay:
    """What a source comes to, file by file: orders, refunds of other days, and days' figures."""

    def __init__(self, files):
        self.orders, self.refunds = {}, {}
        self.figures = {"revenue": {}, "orders": {}}
        for file in files:
            if isinstance(file, Figures):
                self.take_figures(file)
            else:
                self.take_sales(file)

    def take_sales(self, sales):
        days, numbers = {sale.day for sale in sales}, {sale.number for sale in sales}
        for number, sale in list(self.orders.items()):
            if sale.day in days or number in numbers:
                del self.orders[number]
                self.refunds.pop(number, None)
        for sale in sales:
            self.orders[sale.number] = sale
            if sale.refund and sale.refunded != sale.day:
                self.refunds[sale.number] = (sale.refunded, sale.refund)
        for figures in self.figures.values():
            for day in days:
                figures.pop(day, None)

    def take_figures(self, file):
        for measure in file.measures:
            self.figures[measure].update(file.days)
        if "revenue" in file.measures:
            ruled = dict(file.days)
            for number, (day, _) in list(self.refunds.items()):
                if day in ruled:
                    del self.refunds[number]

    def count(self):
        revenue, count = Counter(), Counter()
        for sale in self.orders.values():
            is_same_day = sale.refunded == sale.day
            revenue[sale.day] += sale.amount - (sale.refund if is_same_day else 0)
            count[sale.day] += 1
        for day, number in self.figures["revenue"].items():
            revenue[day] = number
        for day, number in self.figures["orders"].items():
            count[day] = number
        for day, refund in self.refunds.values():
            revenue[day] -= refund
        orders = sorted((sale.number, sale.day) for sale in self.orders.values())
        return orders, revenue, count


def counted():
    """What the database has: orders with their days, each day's revenue and number of orders."""
    revenue, count = Counter(), Counter()
    for row in DailyMetric.counted():
        known, day = known_micros(row), (row.date - FIRST).days
        revenue[day] += known.get("revenue", 0) // 1_000_000
        count[day] += known.get("orders", 0) // 1_000_000
    orders = [(int(row.number), (row.date - FIRST).days) for row in Order.counted()]
    return sorted(orders), revenue, count


FILES = st.lists(
    st.builds(
        Sale,
        number=st.integers(1, 9),
        day=st.integers(0, 5),
        amount=st.integers(0, 3),
        refund=st.integers(0, 2),
        refunded=st.integers(0, 7),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda sale: sale.number,
)
FIGURES = st.builds(
    Figures,
    measures=st.sampled_from([["revenue"], ["orders"], ["revenue", "orders"]]),
    days=st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 9)),
        min_size=1,
        max_size=4,
        unique_by=lambda figure: figure[0],
    ),
)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Let a few rows be many: windows, chunks and steps end everywhere."""
    monkeypatch.setattr(building, "CHUNK_ROWS", 3)
    monkeypatch.setattr(merging, "WINDOW_ROWS", 5)
    monkeypatch.setattr(merging, "PART_ROWS", 4)
    monkeypatch.setattr(moves, "MOST_NUMBERS", 3)
    monkeypatch.setattr(stored, "_EXTENTS", 4)
    monkeypatch.setattr(changing, "STEP_ROWS", 2)


@pytest.fixture
def acting(db):
    """An organization that imports files."""
    with acting_as(make_member(make_organization(), "owner").client.principal()):
        yield


class TestFilesOfOrders:
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(st.one_of(FILES, FIGURES, st.integers(0, 9)), min_size=1, max_size=5))
    def test_come_to_what_a_replay_of_the_rest_comes_to(self, acting, acts):
        Connection.objects.all().delete()
        remaining = []

        for act in acts:
            if not isinstance(act, int):
                made = (bring_figures if isinstance(act, Figures) else bring_sales)(act)
                remaining += [] if made.unchanged else [(act, made.import_id)]
            elif remaining:
                _, import_id = remaining.pop(act % len(remaining))
                undo_import(import_id, now=NOW)

            assert counted() == Replay([file for file, _ in remaining]).count()
