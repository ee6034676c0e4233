"""What a sum, a ratio and a comparison may claim, and what they rest on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.metrics.aggregation import Range, aggregate
from apps.analytics.metrics.comparison import compare_halves, compare_with
from apps.analytics.metrics.formats import shares_of
from apps.analytics.metrics.measures import ADDITIVES, RATIOS
from tests.apps.analytics.metrics.builders import ADS, FILE, metric, shop, summed

MONDAY = date(2026, 3, 2)


def day(number):
    return (MONDAY + timedelta(days=number)).isoformat()


def week(number, **values):
    first = MONDAY + timedelta(weeks=number)
    last = (first + timedelta(days=6)).isoformat()
    return metric(first.isoformat(), last=last, level="organization", channel="", **values)


class TestReach:
    def test_of_several_days_or_channels_is_unknown(self):
        days = [metric(day(n), impressions=1000, reach=1000) for n in range(3)]

        total = summed(*days, dimensions=("channel", "period"))

        assert total.totals.value("reach") is None
        assert total.totals.value("frequency") is None
        assert {row.value("reach") for row in total.rows.values()} == {1000}
        assert {row.value("frequency") for row in total.rows.values()} == {1}
        assert total.totals.value("impressions") == 3000

    def test_of_two_sources_is_unknown(self):
        both = [metric(reach=1000, impressions=1000, source=source) for source in (FILE, ADS)]
        levels = {source: dict.fromkeys(ADDITIVES, "channel") for source in (FILE, ADS)}

        totals = summed(*both, levels=levels).totals

        assert (totals.value("reach"), totals.value("frequency")) == (None, None)

    def test_of_the_whole_on_several_days_is_unknown(self):
        days = [shop(day(n), reach=1000, impressions=1000) for n in range(2)]
        levels = {FILE: dict.fromkeys(ADDITIVES, "organization")}

        totals = summed(*days, levels=levels).totals

        assert (totals.value("reach"), totals.value("frequency")) == (None, None)


class TestRatios:
    def test_divide_sums_of_the_same_rows(self):
        totals = summed(
            metric(channel="tv", spend=9000),
            metric(
                spend=1000,
                clicks=500,
                impressions=20000,
                conversions=10,
                channel="google",
                attributed_revenue=4000,
            ),
        ).totals

        assert [totals.value(name) for name in ("cpc", "cpm", "cpa", "roas")] == [2, 50, 100, 4]
        assert {totals.coverage(name) for name in ("cpc", "cpm", "cpa", "roas")} == {Decimal("0.1")}

    def test_rest_on_rows_of_the_days_that_know_both(self):
        totals = summed(metric(day(0), spend=1000), metric(day(1), spend=1000, clicks=500)).totals

        assert (totals.value("cpc"), totals.coverage("cpc")) == (2, Decimal("0.5"))

    def test_take_rows_without_a_rate_out_with_their_counts(self):
        euros = {"spend": 100, "clicks": 100, "impressions": 10000, "conversions": 10}
        dollars = {name: 3 * value for name, value in euros.items()}

        totals = summed(
            metric(**euros, attributed_revenue=400),
            metric(**dollars, attributed_revenue=1200, currency="USD"),
        ).totals

        assert [totals.value(name) for name in ("cpc", "cpm", "cpa", "roas")] == [1, 10, 10, 4]
        assert totals.coverage("cpc") == Decimal("0.25")
        assert totals.coverage("roas") is None
        assert totals.value("clicks") == 400

    def test_tell_no_share_where_spend_without_a_rate_has_no_counts(self):
        totals = summed(
            metric(spend=1, clicks=1), metric(spend=10**6, channel="google", currency="USD")
        ).totals

        assert (totals.value("cpc"), totals.coverage("cpc")) == (1, None)

    def test_tell_no_share_of_counts_that_some_spend_lacks(self):
        totals = summed(
            metric(spend=9000),
            metric(spend=1000, clicks=500, channel="google"),
            metric(spend=1, clicks=1, channel="meta", currency="USD"),
        ).totals

        assert (totals.value("cpc"), totals.coverage("cpc")) == (2, None)

    def test_blend_no_day_of_which_a_week_knows_more_spend(self):
        days = [shop(day(n), revenue=100) for n in range(7)]
        daily = [metric(day(n), spend=10) for n in range(7)]
        weekly = metric(day(0), last=day(6), spend=7000, channel="google")

        totals = summed(*days, *daily, weekly).totals
        rows = summed(*days, *daily, weekly, dimensions=("period",)).rows

        assert totals.value("blended_roas") is None
        assert {row.value("blended_roas") for row in rows.values()} == {None}

    def test_blend_days_that_know_spend_and_revenue(self):
        totals = summed(
            metric(day(0), spend=10),
            metric(day(1), spend=10),
            shop(day(1), revenue=40),
            shop(day(2), revenue=70),
        ).totals

        assert (totals.value("blended_roas"), totals.coverage("blended_roas")) == (
            4,
            Decimal("0.5"),
        )

    def test_blend_nothing_where_spend_has_no_rate(self):
        totals = summed(
            metric(spend=100), metric(spend=300, currency="USD"), shop(revenue=1600)
        ).totals

        assert totals.value("blended_roas") is None


class TestSpans:
    def test_count_whole_where_they_begin(self):
        weeks = [week(number, revenue=700) for number in range(4)]
        february = Range(date(2026, 2, 20), date(2026, 3, 9))

        assert summed(*weeks, span=february).totals.value("revenue") == 1400

    def test_are_unknown_in_a_shorter_range(self):
        span = Range(date(2026, 3, 3), date(2026, 3, 5))

        totals = summed(week(0, revenue=700), shop("2026-03-04", revenue=1), span=span).totals

        assert totals.value("revenue") is None

    def test_are_no_day(self):
        assert summed(week(0, revenue=700), dimensions=("period",)).rows == {}

    def test_leave_periods_that_they_cross_partial(self):
        weeks = [week(number, revenue=700) for number in range(8)]

        result = summed(*weeks, dimensions=("period",), grain="month")

        march = result.rows[None, date(2026, 3, 1)]
        assert march.value("revenue") == 2800
        assert result.days_of((None, date(2026, 3, 1)), ("revenue",)).known == 28


class TestPeriods:
    def test_are_partial_at_the_edges_and_with_gaps(self):
        days = [shop(day(n), revenue=100) for n in range(23) if n not in range(8, 13)]

        result = summed(*days, dimensions=("period",), grain="week")

        counted = [result.days_of(key, ("revenue",)).known for key in sorted(result.rows)]
        assert counted == [7, 2, 7, 2]

    def test_count_the_days_of_the_measure_that_has_least(self):
        days = [metric(day(n), spend=1) for n in range(7)]

        result = summed(*days, shop(day(0), revenue=5), dimensions=("period",), grain="week")

        assert result.days_of((None, MONDAY), ("spend", "revenue")).known == 1
        assert result.days_of((None, MONDAY), ("spend",)).known == 7

    def test_are_partial_where_a_week_of_another_source_crosses_them(self):
        daily = [metric(day(n), spend=100) for n in range(56)]
        weekly = [
            metric(day(7 * n), last=day(7 * n + 6), spend=700, channel="google") for n in range(8)
        ]

        result = summed(*daily, *weekly, dimensions=("period",), grain="month")

        known = {key[1].month: result.days_of(key, ("spend",)).known for key in result.rows}
        assert known == {3: 28, 4: 21}

    def test_are_partial_where_the_range_cuts_the_days_of_a_source(self):
        daily = [metric(day(n), spend=100) for n in range(14)]
        weekly = [
            metric(day(7 * n), last=day(7 * n + 6), spend=700, channel="google") for n in range(2)
        ]
        span = Range(MONDAY, MONDAY + timedelta(days=8))

        def counted(*facts):
            result = summed(*facts, span=span, grain="week", dimensions=("period",))
            return [result.days_of(key, ("spend",)).known for key in sorted(result.rows)]

        assert counted(*weekly) == [7, 7]
        assert counted(*daily, *weekly) == [7, 2]

    def test_are_partial_while_they_run(self):
        facts = [week(number, revenue=700) for number in range(2)]
        span = Range(MONDAY, MONDAY + timedelta(days=13), "week", today=MONDAY + timedelta(days=9))

        result = aggregate(facts, span, currency="EUR", dimensions=("period",))

        counted = [result.days_of(key, ("revenue",)).known for key in sorted(result.rows)]
        assert counted == [7, 3]

    def test_lack_days_whose_money_has_no_rate(self):
        days = [shop(day(n), revenue=100, currency="EUR" if n < 3 else "USD") for n in range(7)]

        result = summed(*days, dimensions=("period",), grain="week")

        assert result.days_of((None, MONDAY), ("revenue",)).known == 3


class TestComparisons:
    @pytest.mark.parametrize("length", range(1, 40))
    @pytest.mark.parametrize("offset", [0, 3])
    def test_flat_weeks_are_flat(self, length, offset):
        facts = [week(number, revenue=700) for number in range(60)]
        first = MONDAY + timedelta(days=200 + offset)

        found = compare_with(facts, Range(first, first + timedelta(days=length)), currency="EUR")

        if found is not None and not found.reason_against("revenue"):
            assert found.earlier.totals.value("revenue") == found.later.totals.value("revenue")

    def test_need_as_many_days_before(self):
        facts = [shop(day(n), revenue=100) for n in range(30)]
        last = MONDAY + timedelta(days=29)

        found = compare_with(facts, Range(last - timedelta(days=19), last), currency="EUR")

        assert found.earlier.last == last - timedelta(days=20)
        assert "of 10 days" in str(found.reason_against("revenue"))

    def test_count_the_days_of_daily_numbers_beside_weekly_ones(self):
        facts = [week(number, revenue=700) for number in range(8)]
        facts += [metric(day(n), spend=100) for n in range(52)]
        span = Range(MONDAY + timedelta(weeks=6), MONDAY + timedelta(weeks=8, days=-1))

        found = compare_with(facts, span, currency="EUR")

        assert not found.reason_against("revenue")
        assert "is known of 14 days between" in str(found.reason_against("spend"))

    def test_halves_share_the_middle(self):
        facts = [shop(day(n), revenue=value) for n, value in enumerate((100, 1000, 100))]

        found = compare_halves(facts, Range(MONDAY, MONDAY + timedelta(days=2)), currency="EUR")

        assert found.earlier.totals.value("revenue") == 1100
        assert found.later.totals.value("revenue") == 1100

    def test_do_not_take_a_change_of_the_currency_for_a_fall(self):
        facts = [shop(day(n), revenue=100, currency="EUR" if n < 20 else "USD") for n in range(20)]
        facts += [shop(day(n), revenue=100, currency="USD") for n in range(20, 30)]
        facts += [metric(day(n), spend=100) for n in range(30)]
        facts += [
            metric(day(n), spend=100, channel="google", currency="EUR" if n < 20 else "USD")
            for n in range(30)
        ]
        last = MONDAY + timedelta(days=29)

        found = compare_with(facts, Range(last - timedelta(days=9), last), currency="EUR")

        assert found.reason_against("revenue")
        assert found.reason_against("spend")

    def test_leave_out_the_running_week(self):
        facts = [*(week(number, revenue=700) for number in range(8)), week(8, revenue=90)]
        span = Range(
            MONDAY + timedelta(weeks=5),
            MONDAY + timedelta(weeks=9, days=-1),
            today=MONDAY + timedelta(weeks=8, days=2),
        )

        found = compare_with(facts, span, currency="EUR")

        assert not found.reason_against("revenue")
        assert found.later.totals.value("revenue") == found.earlier.totals.value("revenue") == 2100

    @pytest.mark.parametrize("compare", [compare_with, compare_halves])
    @pytest.mark.parametrize("weeks", range(4, 12))
    @pytest.mark.parametrize("days", [0, 3, 5])
    def test_hold_as_many_weeks_of_each_source(self, compare, weeks, days):
        facts = []
        for channel, offset, spend in (("tv", 0, 700), ("google", 5, 70), ("meta", 6, 7)):
            for number in range(40):
                first = 7 * number + offset
                facts.append(metric(day(first), last=day(first + 6), spend=spend, channel=channel))
        first = MONDAY + timedelta(weeks=20, days=days)

        found = compare(facts, Range(first, first + timedelta(weeks=weeks)), currency="EUR")

        assert not found.reason_against("spend")
        assert found.earlier.totals.value("spend") == found.later.totals.value("spend")

    def test_of_halves_have_as_many_weeks_though_some_are_missing(self):
        facts = [week(number, revenue=700) for number in (0, 1, 2, 4, 5)]

        found = compare_halves(facts, Range(MONDAY, MONDAY + timedelta(days=41)), currency="EUR")

        assert (found.earlier.last - found.earlier.first) == (found.later.last - found.later.first)
        assert "of 2 between" in str(found.reason_against("revenue"))

    def test_know_where_a_channel_alone_lacks_days(self):
        facts = [metric(day(n), spend=100) for n in range(20)]
        facts += [metric(day(n), spend=100, channel="google") for n in range(20) if n not in (2, 3)]

        found = compare_halves(
            facts, Range(MONDAY, MONDAY + timedelta(days=19)), currency="EUR", by_channel=True
        )

        assert not found.reason_against("spend", "tv")
        assert "of 8 days" in str(found.reason_against("spend", "google"))


class TestShares:
    @given(st.lists(st.integers(0, 10**9).map(Decimal), min_size=1, max_size=60))
    def test_add_up_to_one(self, parts):
        shares = shares_of(parts)

        assert sum(shares) == 1 if sum(parts) else shares == [None] * len(parts)

    def test_of_the_unknown_are_unknown(self):
        assert shares_of([Decimal(1), None]) == [1, None]


FACTS = st.lists(
    st.builds(
        lambda start, length, channel, currency, values: metric(
            day(start),
            last=day(start + length - 1),
            level="channel" if channel else "organization",
            channel=channel,
            currency=currency,
            **(values if channel else {"revenue": values.get("spend", 1)}),
        ),
        st.integers(0, 60),
        st.sampled_from([1, 1, 1, 7, 30]),
        st.sampled_from(["tv", "google", "meta", ""]),
        st.sampled_from(["EUR", "EUR", "USD", "JPY"]),
        st.dictionaries(
            st.sampled_from(
                ["spend", "clicks", "impressions", "conversions", "attributed_revenue"]
            ),
            st.integers(0, 1000),
            min_size=1,
        ),
    ),
    max_size=25,
)


class TestAnyFacts:
    @given(FACTS)
    def test_never_rest_on_more_than_everything(self, facts):
        totals = summed(*facts).totals

        for name in RATIOS:
            share = totals.coverage(name)
            assert share is None or 0 <= share <= 1
