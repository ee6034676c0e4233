"""Sums are exact and nothing counts twice."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.metrics.aggregation import Range, sort_key
from apps.analytics.metrics.formats import format_value
from apps.integrations.imports.reading import FileReader, levels_of, parse_mapping, prepare
from tests.apps.analytics.metrics.builders import ADS, FILE, SHOP, metric, shop, summed

DATA = Path(__file__).resolve().parents[4] / "data"


class TestTotals:
    def test_add_money_and_counts(self):
        totals = summed(
            metric(spend=1.5, clicks=10), metric("2026-01-02", spend=2, clicks=0.5)
        ).totals

        assert totals.value("spend") == Decimal("3.5")
        assert totals.value("clicks") == Decimal("10.5")

    def test_tell_unknown_from_zero(self):
        totals = summed(metric(spend=0)).totals

        assert totals.value("spend") == 0
        assert totals.value("clicks") is None

    def test_count_a_source_at_its_complete_level_only(self):
        rows = (
            metric(source=ADS, level="account", spend=10),
            metric(source=ADS, level="campaign", spend=6),
            metric(source=ADS, level="campaign", spend=4),
        )

        totals = summed(*rows, levels={ADS: {"spend": "account"}}).totals

        assert totals.value("spend") == 10

    def test_choose_the_level_per_measure(self):
        rows = (
            metric(source=ADS, level="account", spend=10, clicks=7),
            metric(source=ADS, level="campaign", spend=9, clicks=8),
        )

        totals = summed(*rows, levels={ADS: {"spend": "account", "clicks": "campaign"}}).totals

        assert (totals.value("spend"), totals.value("clicks")) == (10, 8)

    def test_leave_out_a_source_that_claims_no_level(self):
        assert summed(metric(source=ADS, spend=10)).totals.micros == {}

    def test_add_sources_that_are_complete_at_different_levels(self):
        rows = (metric(source=ADS, level="account", spend=10), metric(source=SHOP, spend=5))
        levels = {ADS: {"spend": "account"}, SHOP: {"spend": "channel"}}

        assert summed(*rows, levels=levels).totals.value("spend") == 15


class TestRatios:
    def test_are_made_of_sums(self):
        totals = summed(
            metric(spend=10, clicks=100, impressions=1000),
            metric("2026-01-02", spend=10, clicks=1, impressions=1000),
            shop(revenue=40),
            shop("2026-01-02", revenue=20),
        ).totals

        assert totals.value("ctr") == Decimal(101) / Decimal(2000)
        assert totals.value("cpm") == 10
        assert totals.value("blended_roas") == totals.value("mer_ratio") == 3
        assert totals.value("mer_pct") == Decimal(1) / Decimal(3)

    def test_are_unknown_over_zero_or_over_what_is_unknown(self):
        totals = summed(metric(spend=0, clicks=5), shop(revenue=9)).totals

        assert totals.value("blended_roas") is None
        assert totals.value("mer_pct") == 0
        assert totals.value("roas") is None
        assert totals.value("ctr") is None
        assert totals.value("cpc") == 0

    def test_tell_claimed_revenue_from_the_shops(self):
        totals = summed(metric(spend=10, attributed_revenue=50), shop(revenue=20)).totals

        assert (totals.value("roas"), totals.value("blended_roas")) == (5, 2)


class TestDimensions:
    def test_split_by_channel_with_revenue_unknown_there(self):
        result = summed(
            metric(channel="tv", spend=3),
            metric(channel="search", spend=1),
            shop(revenue=8),
            dimensions=("channel",),
        )

        assert sorted(result.rows, key=sort_key) == [("search", None), ("tv", None)]
        assert result.rows["tv", None].value("spend") == 3
        assert result.rows["tv", None].value("revenue") is None
        assert result.rows["tv", None].value("blended_roas") is None
        assert result.totals.value("blended_roas") == 2

    def test_split_by_period(self):
        result = summed(
            metric("2026-01-04", spend=1),
            metric("2026-01-05", spend=2),
            metric("2026-01-11", spend=4),
            dimensions=("period",),
            grain="week",
        )

        assert {key: sums.value("spend") for key, sums in result.rows.items()} == {
            (None, date(2025, 12, 29)): 1,
            (None, date(2026, 1, 5)): 6,
        }

    def test_sort_by_channel_then_period(self):
        result = summed(
            metric("2026-02-01", channel="b", spend=1),
            metric("2026-01-01", channel="b", spend=1),
            metric("2026-03-01", channel="a", spend=1),
            dimensions=("channel", "period"),
            grain="month",
        )

        assert [(channel, day.month) for channel, day in sorted(result.rows, key=sort_key)] == [
            ("a", 3),
            ("b", 1),
            ("b", 2),
        ]


class TestOtherCurrencies:
    def test_stay_apart_and_their_counts_in(self):
        result = summed(
            metric(spend=1, clicks=10),
            metric(channel="radio", currency="USD", spend=100, clicks=5),
            shop(currency="USD", revenue=300),
            dimensions=("channel",),
        )

        assert result.totals.value("spend") == 1
        assert result.totals.value("revenue") is None
        assert result.totals.value("clicks") == 15
        assert result.rows["radio", None].value("spend") is None
        assert result.totals.unconverted == {
            "USD": {"spend": 100_000_000, "clicks": 5_000_000, "revenue": 300_000_000}
        }

    def test_count_at_the_complete_level_only_as_well(self):
        rows = (
            metric(source=ADS, level="account", currency="USD", spend=10),
            metric(source=ADS, level="campaign", currency="USD", spend=10),
        )

        result = summed(*rows, levels={ADS: {"spend": "account"}})

        assert result.totals.unconverted == {"USD": {"spend": 10_000_000}}


@pytest.fixture(scope="module")
def real_file():
    mapping = parse_mapping((DATA / "robyn_mapping.json").read_text())
    with (DATA / "robyn_weekly_marketing.csv").open("rb") as stream:
        plan = prepare(stream, mapping, timezone="UTC", today=date(2026, 1, 1))
        rows = [
            metric(
                values.date.isoformat(),
                last=values.last_date.isoformat(),
                level=values.level,
                channel=values.channel,
                **{name: Decimal(micros).scaleb(-6) for name, micros in values.micros.items()},
            )
            for values in FileReader(plan).iter_metrics()
        ]
    return summed(*rows, levels={FILE: levels_of(plan)}, dimensions=("channel",))


class TestRealFile:
    @pytest.mark.parametrize(
        ("measure", "precision", "text"),
        [
            ("spend", "minor", "14529098.51"),
            ("spend", "exact", "14529098.512312"),
            ("revenue", "minor", "379005696.67"),
            ("revenue", "exact", "379005696.666667"),
            ("blended_roas", "minor", "26.0860"),
            ("mer_pct", "minor", "0.0383"),
            ("roas", "minor", None),
            ("cpc", "minor", "0.3491"),
            ("cpm", "minor", "0.2632"),
            ("ctr", "minor", None),
        ],
    )
    def test_has_the_known_total(self, real_file, measure, precision, text):
        value = real_file.totals.value(measure)

        assert format_value(measure, value, currency="EUR", precision=precision) == text

    def test_has_five_channels_that_add_up(self, real_file):
        channels = [channel for channel, _ in sorted(real_file.rows, key=sort_key)]

        assert channels == ["facebook", "ooh", "print", "search", "tv"]
        assert sum(s.micros["spend"] for s in real_file.rows.values()) == 14_529_098_512_312


AMOUNTS = st.integers(-(2**63), 2**63 - 1)
DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
ROWS = st.lists(
    st.builds(
        lambda day, channel, spend, clicks: metric(
            day.isoformat(), channel=channel, spend=Decimal(spend).scaleb(-6), clicks=clicks
        ),
        DAYS,
        st.sampled_from(["tv", "search", "ooh"]),
        AMOUNTS,
        st.integers(0, 10**9),
    ),
    max_size=30,
)


class TestAnyRows:
    @given(ROWS, st.sampled_from(["day", "week", "month"]))
    def test_add_up_over_periods_and_channels(self, rows, grain):
        for dimensions in (("period",), ("channel",), ("channel", "period")):
            result = summed(*rows, dimensions=dimensions, grain=grain)

            for measure in ("spend", "clicks"):
                parts = [sums.micros[measure] for sums in result.rows.values()]
                assert sum(parts) == result.totals.micros.get(measure, 0)

    @given(ROWS)
    def test_do_not_depend_on_the_order(self, rows):
        forth = summed(*rows, dimensions=("channel", "period"), grain="week")
        back = summed(*reversed(rows), dimensions=("channel", "period"), grain="week")

        assert forth == back

    @given(ROWS, DAYS)
    def test_add_up_over_parts_of_a_range(self, rows, day):
        before = summed(*rows, span=Range(date(2019, 1, 1), day)).totals
        after = summed(*rows, span=Range(day + timedelta(days=1), date(2028, 1, 1))).totals

        for name in ("spend", "clicks"):
            parts = [part.micros.get(name, 0) for part in (before, after)]
            assert sum(parts) == summed(*rows).totals.micros.get(name, 0)

    @given(DAYS, st.integers(0, 400))
    def test_lose_no_day_to_a_period(self, first, length):
        rows = [metric((first + timedelta(n)).isoformat(), spend=1) for n in range(length)]

        result = summed(*rows, dimensions=("period",), grain="month")

        assert sum(sums.micros["spend"] for sums in result.rows.values()) == length * 1_000_000
