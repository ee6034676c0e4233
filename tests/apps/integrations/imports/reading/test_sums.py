"""Random rows and orders come to what a slow, obvious reference says."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.integrations.imports.reading.reads import MAPPING, check_of, metrics_of, sums_of

FIRST = date(2026, 1, 1)
NAMES = ["Alpha", "beta", "BETA", "Gamma"]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(NAMES),
        st.sampled_from(["x", "y"]),
        st.one_of(st.none(), st.integers(0, 100_000)),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=60,
)
LONG = {"channels": ..., "channel": "channel", "spend": "spend", "reach": "reach"}
ORDERS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 50_000),
        st.integers(1, 3),
        st.sampled_from(["paid", "paid", "cancelled", ""]),
        st.sampled_from([0, 0, 500]),
    ),
    max_size=30,
)


def day_of(number):
    return FIRST + timedelta(days=number)


def spell(names):
    """Return each channel as it is spelled first."""
    first = {}
    return [first.setdefault(name.casefold(), name) for name in names]


def reference(rows, *, has_campaigns):
    """Add rows up by day and channel, and campaign; reach of several is unknown."""
    spellings = spell(name for _, name, _, _, _ in rows)
    spend, reach = defaultdict(list), defaultdict(list)
    for (day, _, campaign, cents, people), channel in zip(rows, spellings, strict=True):
        key = (day_of(day), channel, campaign if has_campaigns else "")
        spend[key].append(cents)
        reach[key].append(people)
    return {
        key: (
            sum(each or 0 for each in cents) * 10_000
            if any(c is not None for c in cents)
            else None,
            reach[key][0] * 1_000_000 if len(reach[key]) == 1 else None,
        )
        for key, cents in spend.items()
    }


def text_of(rows):
    lines = ["day,channel,campaign,spend,reach"]
    for day, channel, campaign, cents, people in rows:
        spend = "" if cents is None else f"{cents / 100:.2f}"
        lines.append(f"{day_of(day)},{channel},{campaign},{spend},{people}")
    return "\n".join([*lines, ""])


class TestRandomRows:
    @given(ROWS, st.booleans(), st.booleans(), st.sampled_from([2, 1000]))
    @settings(max_examples=150, deadline=None)
    def test_come_to_the_references_sums(self, rows, has_campaigns, is_sorted, most_keys):
        rows = sorted(rows, key=lambda row: row[0]) if is_sorted else rows
        options = {"campaign": "campaign"} if has_campaigns else {}

        found = metrics_of(text_of(rows), **LONG, **options, grain="day", most_keys=most_keys)

        keys = [(each.date, each.channel, each.campaign) for each in found]
        assert len(keys) == len(set(keys))
        assert {key: each.values for key, each in zip(keys, found, strict=True)} == reference(
            rows, has_campaigns=has_campaigns
        )

    @given(ROWS, st.integers(0, 60))
    @settings(max_examples=100, deadline=None)
    def test_come_to_the_same_with_a_row_of_their_totals(self, rows, position):
        lines = ["Reporting starts,Reporting ends,Campaign name,spend"]
        lines += [
            f"{day_of(day)},{day_of(day)},{name},{people}" for day, name, _, _, people in rows
        ]
        total = sum(people for *_, people in rows)
        last = day_of(max(day for day, *_ in rows))
        lines.insert(1 + min(position, len(rows)), f"{FIRST},{last},,{total}")

        found = check_of(
            "\n".join([*lines, ""]),
            date="Reporting starts",
            channels=[{"name": "meta", "spend": "spend"}],
        )

        assert sums_of(found) == {("meta", "spend"): str(total)}
        assert [each.reason for each in found.left_out] == ["totals"]
        assert found.grain == "day"


class TestRandomOrders:
    @given(ORDERS, st.booleans(), st.booleans())
    @settings(max_examples=150, deadline=None)
    def test_come_to_the_references_days(self, orders, is_repeated, has_number_on_all):
        lines = ["day,who,total,no,state,back"]
        revenue, count, cancelled = defaultdict(int), defaultdict(int), 0
        for number, (day, cents, items, status, back) in enumerate(orders):
            own = f"{cents / 100:.2f}"
            lines.append(f"{day_of(day)},a,{own},#{number},{status},{back / 100}")
            further = f"{day_of(day)},a,{own},#{number},{status},{back / 100}"
            blank = f",,,{f'#{number}' if has_number_on_all else ''},,\t"
            lines += [further if is_repeated else blank] * (items - 1)
            if status == "cancelled":
                cancelled += 1
                continue
            revenue[day_of(day)] += (cents - back) * 10_000
            count[day_of(day)] += 1_000_000
        fields = {
            **dict.fromkeys(MAPPING, ...),
            "kind": "orders",
            "date": "day",
            "customer": "who",
            "revenue": "total",
            "order": "no",
            "status": "state",
            "refund": "back",
            "currency": "EUR",
        }
        if not orders:
            return

        found = metrics_of("\n".join([*lines, ""]), **fields)

        assert {each.date: each.values for each in found} == {
            day: (revenue[day], count[day]) for day in count
        }
        left_out = check_of("\n".join([*lines, ""]), **fields).left_out
        assert sum(each.rows for each in left_out) == cancelled
