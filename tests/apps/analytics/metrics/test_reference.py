"""Tables of any rows are what a slow reference says, which was written from the rules alone."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.contract import MetricQuery
from apps.analytics.metrics.aggregation import Range
from apps.analytics.metrics.comparison import compare_with
from apps.analytics.metrics.facts import Fact, complete_facts
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.querying.queries.history import History, Sources
from apps.analytics.querying.queries.tables import make_table
from apps.auth.contract import OrganizationProfile
from tests.apps.analytics.metrics import reference
from tests.apps.analytics.metrics.reference import BLENDED, RATIOS, Row

START = date(2026, 1, 26)
SOURCES = {"file": UUID(int=1), "shop": UUID(int=2), "ads": UUID(int=3)}
LEVELS = ("organization", "channel", "account", "campaign")
STORED = (
    *("spend", "revenue", "orders", "attributed_revenue"),
    *("impressions", "clicks", "conversions", "reach"),
)
ORDER = tuple(MEASURES)


def spans(draw):
    """A day, a week of any first day, or a calendar month."""
    first = START + timedelta(days=draw(st.integers(0, 70)))
    kind = draw(st.sampled_from(["day", "day", "day", "week", "month"]))
    if kind == "month":
        days = reference.period_of(first, "month", "monday")
        return days[0], days[-1]
    return first, first + timedelta(days=6 if kind == "week" else 0)


@st.composite
def rows_of(draw):
    level = draw(st.sampled_from(LEVELS))
    channel = "" if level == "organization" else draw(st.sampled_from(["tv", "google", "meta"]))
    first, last = spans(draw)
    numbers = st.integers(0, 400).map(lambda number: Fraction(number, 4))
    return Row(
        source=draw(st.sampled_from(sorted(SOURCES))),
        level=level,
        entity=channel and f"{channel} {draw(st.integers(1, 2))}",
        channel=channel,
        first=first,
        last=last,
        currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD", "JPY"])),
        values=draw(st.dictionaries(st.sampled_from(STORED), numbers, min_size=1)),
    )


#: Where each source is complete; most rows count.
COMPLETE = st.fixed_dictionaries(
    {(source, name): st.sampled_from(LEVELS) for source in SOURCES for name in STORED}
)
TABLES = st.fixed_dictionaries(
    {
        "rows": st.lists(rows_of(), max_size=14),
        "levels": COMPLETE,
        "start": st.integers(-5, 70),
        "days": st.integers(1, 50),
        "by": st.sampled_from([(), ("channel",), ("period",), ("channel", "period")]),
        "grain": st.sampled_from(["day", "week", "month"]),
        "week_start": st.sampled_from(sorted(reference.WEEK_STARTS)),
    }
)


def to_fact(row):
    return Fact(
        source_id=SOURCES[row.source],
        level=row.level,
        entity=row.entity,
        channel=row.channel,
        first=row.first,
        last=row.last,
        currency=row.currency,
        micros={name: int(value * 1_000_000) for name, value in row.values.items()},
    )


def answered(table, rows, levels):
    """The table that the code makes."""
    known = {SOURCES[source]: {} for source in SOURCES}
    for (source, name), level in levels.items():
        known[SOURCES[source]][name] = level
    profile = OrganizationProfile(
        id=UUID(int=9),
        name="Acme",
        currency="EUR",
        is_currency_settled=True,
        timezone="UTC",
        week_start=table["week_start"],
    )
    facts = list(complete_facts([to_fact(row) for row in rows], known))
    first = START + timedelta(days=table["start"])
    query = MetricQuery(
        measures=ORDER,
        from_date=first,
        to_date=first + timedelta(days=table["days"] - 1),
        dimensions=table["by"],
        grain=table["grain"],
    )
    return make_table(History(facts, Sources(profile)), query)


def expected_cuts(table, rows, days):
    """By key of a row, its cut, and its days with data if it has a period."""
    if not table["by"]:
        return {}
    channels = reference.by_channel(rows, days, "EUR") if "channel" in table["by"] else {None: None}
    if "period" not in table["by"]:
        return {(channel, None): (cut, None) for channel, cut in channels.items()}
    if None not in channels:
        channels = {row.channel: None for row in rows if row.channel}
    found = {}
    for channel in channels:
        own = [row for row in rows if channel in (None, row.channel)]
        periods = reference.by_period(
            own, days, "EUR", grain=table["grain"], week_start=table["week_start"]
        )
        for start, (cut, counts, of) in periods.items():
            cut.is_channel = channel is not None
            found[channel, start] = (cut, (reference.days_with(counts, ORDER), of))
    return found


def same(found, expected):
    if found is None or expected is None:
        return found is expected
    return abs(Fraction(found) - expected) <= Fraction(1, 10**15) * max(1, abs(expected))


def check_values(values, coverage, cut, where):
    for item in values:
        expected = cut.value(item.measure)
        assert same(item.value, expected), (where, item, expected)
    told = {item.measure: item.value for item in coverage}
    for name in RATIOS:
        if cut.value(name) is None:
            assert name not in told, (where, name)
        else:
            expected = cut.coverage(name)
            assert same(told.get(name, Decimal(1)), expected), (where, name, expected)


class TestAnyTable:
    @given(TABLES)
    def test_is_what_the_rules_say(self, table):
        rows = list(reference.complete(table["rows"], table["levels"]))
        first = START + timedelta(days=table["start"])
        days = reference.days_between(first, first + timedelta(days=table["days"] - 1))

        found = answered(table, table["rows"], table["levels"])

        whole = reference.totals(rows, days, "EUR")
        check_values(found.totals, found.coverage, whole, "totals")
        expected = expected_cuts(table, rows, days)
        assert {(row.channel, row.period) for row in found.rows} == set(expected)
        for row in found.rows:
            cut, with_data = expected[row.channel, row.period]
            check_values(row.values, row.coverage, cut, (row.channel, row.period))
            assert (row.days and (row.days.known, row.days.of)) == with_data

    @given(TABLES)
    def test_names_all_money_without_a_rate(self, table):
        rows = list(reference.complete(table["rows"], table["levels"]))
        first = START + timedelta(days=table["start"])
        days = reference.days_between(first, first + timedelta(days=table["days"] - 1))

        found = answered(table, table["rows"], table["levels"]).unconverted

        left = reference.totals(rows, days, "EUR").unconverted()
        assert [amount.currency for amount in found] == sorted(left)
        for amount in found:
            for name in ("attributed_revenue", "impressions", "clicks", "conversions"):
                assert getattr(amount, name) == left[amount.currency].get(name)
            for name in ("spend", "revenue"):
                assert getattr(amount, name) == left[amount.currency].get(name, 0)


@st.composite
def comparable(draw):
    """Rows of two sources, of days, weeks that begin on one day, or calendar months."""
    kinds = draw(st.sets(st.sampled_from(["day", "week", "month"]), min_size=1, max_size=2))
    week_start = draw(st.sampled_from(sorted(reference.WEEK_STARTS)))
    first, rows = date(2026, 1, 1), []
    for kind in sorted(kinds):
        gaps = draw(st.sets(st.integers(0, 110), max_size=4))
        names = draw(st.sets(st.sampled_from(STORED[:-1]), min_size=1))
        changed = draw(st.integers(-200, 200))
        number, day = 0, first
        while number < 120:
            days = reference.period_of(day, kind, week_start)
            if number not in gaps:
                values = {name: Fraction(1 + (number + len(name)) % 7) for name in names}
                code = "USD" if number > abs(changed) else "EUR"
                rows.append(Row("file", "channel", kind, kind, days[0], days[-1], code, values))
            number, day = (days[-1] - first).days + 1, days[-1] + timedelta(days=1)
    return rows


class TestAnyComparison:
    @given(comparable(), st.integers(0, 119), st.integers(1, 70), st.integers(0, 150))
    def test_is_what_the_rules_say(self, rows, start, length, until):
        first, today = date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=until)
        days = reference.days_between(
            first + timedelta(days=start), first + timedelta(days=start + length - 1)
        )

        span = Range(days[0], days[-1], today=today)
        found = compare_with([to_fact(row) for row in rows], span, currency="EUR")

        expected = reference.previous(rows, days, "EUR", today)
        assert (found is None) == (expected is None)
        for side, (dates, cut) in (
            zip((found.earlier, found.later), expected, strict=True) if found else ()
        ):
            assert (side.first, side.last) == (dates[0], dates[-1])
            for name in ORDER:
                assert same(side.totals.value(name), cut.value(name)), name
        for name in ORDER if found else ():
            assert (not found.reason_against(name)) == reference.may_compare(expected, name), name


class TestBlendedRatios:
    def test_are_no_measure_of_a_channel(self):
        row = Row("file", "channel", "tv", "tv", START, START, "EUR", dict.fromkeys(STORED, 8))
        levels = {("file", name): "channel" for name in STORED}
        table = {"start": 0, "days": 1, "by": ("channel",), "grain": "day", "week_start": "monday"}

        [found] = answered(table, [row], levels).rows

        assert {item.measure for item in found.values if item.value is None} == set(BLENDED)
