"""Flat numbers are flat: in each whole period, each comparison and each half, however they come."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.analytics.metrics.aggregation import Range, aggregate
from apps.analytics.metrics.comparison import compare_halves, compare_with
from apps.analytics.metrics.periods import GRAINS, WEEK_STARTS, period_end, period_start
from tests.apps.analytics.metrics.builders import metric

START = date(2025, 12, 1)
LENGTH = 150
COMPARISONS = st.sampled_from([compare_with, compare_halves])
#: Channels with what they spend a day, and whether their rows are days, weeks (and which day they
#: begin on) or months.
CHANNELS = ("tv", "google", "meta")
KINDS = st.sampled_from(["day", *WEEK_STARTS, "month"])
SOURCES = st.dictionaries(st.sampled_from(CHANNELS), KINDS, min_size=1)
RATES = {"tv": 100, "google": 10, "meta": 1}
RANGES = st.tuples(st.integers(0, LENGTH), st.integers(0, 100))
OUTAGES = st.sets(st.integers(0, LENGTH), max_size=6)


def spans(kind):
    """The days, weeks or months of a source; it begins and ends with a whole one."""
    grain = kind if kind in {"day", "month"} else "week"
    day, last = START, START + timedelta(days=LENGTH)
    while day <= last:
        first = period_start(day, grain, kind if grain == "week" else "monday")
        end = period_end(first, grain)
        yield first, end
        day = end + timedelta(days=1)


def flat(sources, *, is_by_day=True):
    """Facts of the same spend every day, or (for comparisons of months) in every row."""
    return [
        metric(
            first.isoformat(),
            last=last.isoformat(),
            channel=channel,
            spend=RATES[channel] * ((last - first).days + 1 if is_by_day else 1),
        )
        for channel, kind in sources.items()
        for first, last in spans(kind)
    ]


def without(facts, outages):
    """The facts that touch no day of an outage."""
    days = {START + timedelta(days=number) for number in outages}
    return [fact for fact in facts if not any(fact.first <= day <= fact.last for day in days)]


def range_of(chosen, **options):
    first = START + timedelta(days=chosen[0])
    return Range(first, first + timedelta(days=chosen[1]), **options)


def days_of(key, span):
    return span.days_of(key, ("spend",))


class TestFlatPeriods:
    @given(SOURCES, RANGES, st.sampled_from(GRAINS), st.sampled_from(sorted(WEEK_STARTS)))
    def test_hold_as_much_a_day_or_are_partial(self, sources, chosen, grain, week_start):
        self.check(flat(sources), sources, range_of(chosen, grain=grain, week_start=week_start))

    @given(KINDS, OUTAGES, RANGES, st.sampled_from(GRAINS))
    def test_are_partial_with_gaps(self, kind, outages, chosen, grain):
        sources = {"tv": kind}

        self.check(without(flat(sources), outages), sources, range_of(chosen, grain=grain))

    @given(SOURCES, RANGES, st.sampled_from(GRAINS), st.integers(0, LENGTH))
    def test_are_partial_while_they_run(self, sources, chosen, grain, today):
        """Of what is not over, only a part is known, whatever its row says."""
        today = START + timedelta(days=today)
        facts = [fact for fact in flat(sources) if fact.first <= today]
        running = [fact for fact in facts if fact.last > today]
        facts = [fact for fact in facts if fact not in running]
        facts += [
            metric(
                fact.first.isoformat(), last=fact.last.isoformat(), channel=fact.channel, spend=1
            )
            for fact in running
        ]

        self.check(facts, sources, range_of(chosen, grain=grain, today=today))

    @staticmethod
    def check(facts, sources, span):
        result = aggregate(facts, span, currency="EUR", dimensions=("period",))

        for key, sums in result.rows.items():
            found = days_of(key, result)
            if found.known == found.of:
                spent = sum(RATES[channel] for channel in sources) * found.of
                assert sums.value("spend") == spent, key


class TestFlatComparisons:
    @given(SOURCES, RANGES, COMPARISONS)
    def test_are_flat(self, sources, chosen, compare):
        assume("month" not in sources.values())
        self.check(compare, flat(sources), range_of(chosen))

    @given(SOURCES, RANGES, COMPARISONS)
    def test_are_flat_by_rows(self, sources, chosen, compare):
        self.check(compare, flat(sources, is_by_day=False), range_of(chosen))

    @given(KINDS, OUTAGES, RANGES, COMPARISONS)
    def test_are_flat_or_not_told_with_gaps(self, kind, outages, chosen, compare):
        facts = without(flat({"tv": kind}, is_by_day=False), outages)

        self.check(compare, facts, range_of(chosen))

    @given(st.sets(st.sampled_from(CHANNELS)), OUTAGES, RANGES, COMPARISONS)
    def test_of_channels_are_flat_or_not_told_with_gaps(self, channels, outages, chosen, compare):
        """Each channel has gaps of its own."""
        facts = [
            fact
            for number, channel in enumerate(sorted(channels))
            for fact in without(flat({channel: "day"}), {(day * (number + 1)) for day in outages})
        ]

        self.check_channels(compare, facts, range_of(chosen))

    @given(SOURCES, RANGES, st.integers(0, LENGTH), COMPARISONS)
    def test_leave_out_what_runs(self, sources, chosen, today, compare):
        today = START + timedelta(days=today)
        facts = [
            metric(
                fact.first.isoformat(),
                last=fact.last.isoformat(),
                channel=fact.channel,
                spend=RATES[fact.channel] if fact.last <= today else 0,
            )
            for fact in flat(sources, is_by_day=False)
            if fact.first <= today
        ]

        self.check(compare, facts, range_of(chosen, today=today))

    @given(RANGES, st.integers(0, LENGTH), COMPARISONS)
    def test_of_money_are_not_told_over_a_change_of_currency(self, chosen, changed, compare):
        facts = [
            metric(
                fact.first.isoformat(),
                channel=fact.channel,
                currency="EUR"
                if fact.channel == "tv" or fact.first < START + timedelta(days=changed)
                else "USD",
                spend=RATES[fact.channel],
            )
            for fact in flat({"tv": "day", "google": "day"})
        ]

        self.check_channels(compare, facts, range_of(chosen))

    def check(self, compare, facts, span):
        found = compare(facts, span, currency="EUR")

        if found is not None and not found.reason_against("spend"):
            assert found.earlier.totals.value("spend") == found.later.totals.value("spend")
        self.check_channels(compare, facts, span)

    @staticmethod
    def check_channels(compare, facts, span):
        found = compare(facts, span, currency="EUR", by_channel=True)

        for channel in {fact.channel for fact in facts} if found is not None else ():
            if not found.reason_against("spend", channel):
                earlier, later = (
                    side.sums.rows[channel, None].value("spend")
                    for side in (found.earlier, found.later)
                )
                assert earlier == later, channel
