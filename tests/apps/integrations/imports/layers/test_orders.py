"""Any sequence of files of orders and undos comes to what a plain replay of the rest comes to."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.integrations.imports.layers import building, merging, stored
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


def line_of(sale):
    refunded = FIRST + timedelta(days=sale.refunded) if sale.refund else ""
    day = FIRST + timedelta(days=sale.day)
    return f"{sale.number},{day},{sale.amount},{sale.refund},eur,Paid,{refunded}"


def bring(sales):
    text = "\n".join([HEADER, *map(line_of, sales), ""])
    stream, mapping = io.BytesIO(text.encode()), make_mapping(MAPPING)
    return import_csv(stream, file_name="stripe.csv", mapping=mapping, now=NOW)


def replay(files):
    """The orders of each day's last file, then each day's revenue and orders."""
    orders = [
        sale
        for position, file in enumerate(files)
        for sale in file
        if not any(sale.day == other.day for later in files[position + 1 :] for other in later)
    ]
    revenue, count = Counter(), Counter()
    for sale in orders:
        revenue[sale.day] += sale.amount
        count[sale.day] += 1
        if sale.refund:
            revenue[sale.refunded] -= sale.refund
    return sorted((sale.number, sale.day) for sale in orders), revenue, count


def counted():
    """The same, as the database has it."""
    revenue, count = Counter(), Counter()
    for row in DailyMetric.counted():
        known, day = known_micros(row), (row.date - FIRST).days
        revenue[day] += known.get("revenue", 0) // 1_000_000
        count[day] += known.get("orders", 0) // 1_000_000
    orders = [(int(row.number), (row.date - FIRST).days) for row in Order.counted()]
    return sorted(orders), revenue, +count


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


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Let a few rows be many: windows, chunks and steps end everywhere."""
    monkeypatch.setattr(building, "CHUNK_ROWS", 3)
    monkeypatch.setattr(merging, "WINDOW_ROWS", 5)
    monkeypatch.setattr(merging, "PART_ROWS", 4)
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
    @given(st.lists(st.one_of(FILES, st.integers(0, 9)), min_size=1, max_size=5))
    def test_come_to_what_a_replay_of_the_rest_comes_to(self, acting, acts):
        Connection.objects.all().delete()
        remaining = []

        for act in acts:
            if not isinstance(act, int):
                made = bring(act)
                remaining += [] if made.unchanged else [(act, made.import_id)]
            elif remaining:
                _, import_id = remaining.pop(act % len(remaining))
                undo_import(import_id, now=NOW)

            assert counted() == replay([file for file, _ in remaining])
