"""Findings say what the numbers prove, with the numbers, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.agentkit.rules import ChannelReading, LeftOut, Readings, analyse


def channel(name, **values):
    fields = dict.fromkeys(
        ("spend", "impressions", "clicks", "attributed_revenue", "earlier_spend", "later_spend")
    )
    cpc = quotient(values.get("spend"), values.get("clicks"))
    return ChannelReading(name=name, **{"cpc": cpc} | fields | decimals(values))


def readings(*channels, **values):
    fields = dict.fromkeys(("spend", "revenue", "earlier_revenue", "later_revenue"))
    spend, revenue = values.get("spend"), values.get("revenue")
    ratios = {"blended_roas": quotient(revenue, spend), "mer_pct": quotient(spend, revenue)}
    return Readings(
        first=date(2026, 1, 1),
        last=date(2026, 12, 30),
        currency="EUR",
        channels=channels,
        **ratios | fields | decimals(values),
    )


def quotient(over, under):
    """A ratio as analytics gives it: unknown over zero, or over what is unknown."""
    return Decimal(over) / Decimal(under) if over is not None and under else None


def decimals(values):
    return {
        name: value if value is None or isinstance(value, tuple) else Decimal(value)
        for name, value in values.items()
    }


def found(kind, *channels, **values):
    return [f for f in analyse(readings(*channels, **values)) if f.kind == kind]


def evidence(finding):
    return [(item.measure, item.value, item.row) for item in finding.evidence]


class TestAnalyse:
    def test_says_nothing_where_nothing_is_known(self):
        assert analyse(readings()) == ()
        assert analyse(readings(channel("tv"))) == ()

    def test_is_the_same_every_time(self):
        known = readings(channel("tv", spend=60), channel("radio", spend=40), spend=100, revenue=90)

        assert analyse(known) == analyse(known)


class TestEfficiency:
    def test_reads_return_and_share(self):
        [finding] = found("efficiency", spend=100, revenue=400)

        assert finding.severity == "info"
        assert "4.00 of revenue" in finding.title
        assert "25.0% of revenue" in finding.title
        assert evidence(finding) == [
            ("revenue", "400.00", "totals"),
            ("spend", "100.00", "totals"),
            ("blended_roas", "4.0000", "totals"),
        ]

    @pytest.mark.parametrize(("revenue", "severity"), [(99, "warning"), (100, "info")])
    def test_warns_where_revenue_is_below_spend(self, revenue, severity):
        assert found("efficiency", spend=100, revenue=revenue)[0].severity == severity

    @pytest.mark.parametrize("revenue", [0, -50])
    def test_tells_no_share_of_what_is_not_there(self, revenue):
        [finding] = found("efficiency", spend=100, revenue=revenue)

        assert finding.severity == "warning"
        assert "marketing took" not in finding.title

    @pytest.mark.parametrize(("spend", "revenue"), [(0, 5), (None, 5), (5, None)])
    def test_needs_both(self, spend, revenue):
        assert found("efficiency", spend=spend, revenue=revenue) == []


class TestRevenueTrend:
    @pytest.mark.parametrize(
        ("later", "words", "severity"),
        [
            (120, "rose by 20.0%", "info"),
            (105, "was stable (+5.0%)", "info"),
            (95, "was stable (-5.0%)", "info"),
            (94, "fell by 6.0%", "warning"),
        ],
    )
    def test_has_a_stable_band_of_five_percent(self, later, words, severity):
        [finding] = found("revenue_trend", earlier_revenue=100, later_revenue=later)

        assert words in finding.title
        assert finding.severity == severity
        assert [item.value for item in finding.evidence] == ["100.00", f"{later}.00"]

    @pytest.mark.parametrize("earlier", [None, 0, -100])
    def test_needs_something_to_compare_with(self, earlier):
        assert found("revenue_trend", earlier_revenue=earlier, later_revenue=50) == []


class TestConcentration:
    def test_warns_of_more_than_half(self):
        channels = (channel("tv", spend=51), channel("radio", spend=49))

        [finding] = found("concentration", *channels, spend=100)

        assert finding.title == "tv takes 51% of the spend"
        assert evidence(finding) == [("spend", "51.00", "tv"), ("spend", "100.00", "totals")]

    def test_says_nothing_where_some_spend_has_no_rate(self):
        left_out = (LeftOut("USD", Decimal(900), Decimal(0)),)

        assert found("concentration", channel("tv", spend=51), spend=51, left_out=left_out) == []

    def test_lets_half_pass(self):
        channels = (channel("tv", spend=50), channel("radio", spend=50))

        assert found("concentration", *channels, spend=100) == []


class TestSpendTrend:
    def test_tells_what_moved_and_not_what_is_stable(self):
        findings = found(
            "spend_trend",
            channel("tv", earlier_spend=100, later_spend=150),
            channel("radio", earlier_spend=100, later_spend=0),
            channel("print", earlier_spend=100, later_spend=105),
            channel("new", earlier_spend=0, later_spend=5),
        )

        assert [finding.title for finding in findings] == [
            "Spend on tv rose by 50.0% from the first half to the second",
            "Spend on radio fell by 100.0% from the first half to the second",
        ]
        assert evidence(findings[1]) == [
            ("spend", "100.00", "radio, earlier half"),
            ("spend", "0.00", "radio, later half"),
        ]


class TestCostPerClick:
    def test_tells_the_price_with_exact_evidence(self):
        [finding] = found("cost_per_click", channel("search", spend=10, clicks="2.5"))

        assert finding.title == "A click on search cost 4.0000 EUR"
        assert finding.severity == "info"
        assert evidence(finding) == [
            ("spend", "10.00", "search"),
            ("clicks", "2.5", "search"),
            ("cpc", "4.0000", "search"),
        ]

    def test_warns_of_a_channel_that_pays_more_than_twice_the_others(self):
        dear, *others = found(
            "cost_per_click",
            channel("search", spend=41, clicks=10),
            channel("social", spend=30, clicks=10),
            channel("video", spend=10, clicks=10),
        )

        assert dear.severity == "warning"
        assert dear.title == "A click on search cost 4.1000 EUR, on the other channels 2.0000"
        assert ("cost_per_click", "2.0000", "other channels") in evidence(dear)
        assert [finding.severity for finding in others] == ["info", "info"]

    def test_lets_twice_the_others_pass(self):
        findings = found(
            "cost_per_click",
            channel("search", spend=4, clicks=1),
            channel("social", spend=2, clicks=1),
        )

        assert {finding.severity for finding in findings} == {"info"}

    def test_does_not_compare_with_clicks_that_were_free(self):
        findings = found(
            "cost_per_click",
            channel("search", spend=4, clicks=1),
            channel("organic", spend=0, clicks=9),
        )

        assert {finding.severity for finding in findings} == {"info"}

    def test_compares_with_clicks_whose_spend_is_known(self):
        """Of the web's clicks a tenth is priced: 10 EUR for 100; of the mail's, all are."""
        dear, *_ = found(
            "cost_per_click",
            channel("tv", spend=200, clicks=100),
            channel("web", spend=10, clicks=1000, cpc="0.1"),
            channel("mail", spend=100, clicks=100),
        )

        assert dear.title == "A click on tv cost 2.0000 EUR, on the other channels 0.5500"

    def test_says_what_the_price_rests_on(self):
        partly, unknown = found(
            "cost_per_click",
            channel("tv", spend=100, clicks=5, cpc=2, cpc_coverage="0.1"),
            channel("web", spend=100, clicks=5, cpc=2, cpc_coverage=None),
        )

        assert partly.title == "A click on tv cost 2.0000 EUR (known of 10.0% of the spend)"
        assert evidence(partly)[-1] == ("coverage", "0.1000", "tv")
        assert unknown.title == "A click on web cost 2.0000 EUR (known of a part of the spend)"
        assert evidence(unknown)[-1] == ("coverage", "unknown", "web")

    @pytest.mark.parametrize(("spend", "clicks"), [(10, 0), (10, None), (None, 5)])
    def test_needs_both(self, spend, clicks):
        assert found("cost_per_click", channel("tv", spend=spend, clicks=clicks)) == []


class TestDataGaps:
    def test_name_the_channels_whose_earnings_cannot_be_told(self):
        gaps = found(
            "data_gap",
            channel("tv", spend=5, clicks=1),
            channel("social", spend=5, clicks=1, attributed_revenue=0),
            channel("radio", spend=0),
        )

        [gap] = gaps
        assert gap.title == "No revenue is attributed to tv: what they earned is unknown"
        assert evidence(gap) == [("attributed_revenue", "unknown", "tv")]

    def test_name_money_without_a_rate(self):
        left_out = (
            LeftOut("USD", Decimal(900), Decimal(0)),
            LeftOut("JPY", Decimal(0), Decimal(5)),
        )

        [gap] = found("data_gap", left_out=left_out)

        assert gap.title == (
            "Not counted, since there is no exchange rate: 900.00 USD of spend, 5 JPY of revenue"
        )
        assert evidence(gap)[0] == ("spend", "900.00", "unconverted, USD")

    def test_name_the_channels_that_nobody_counts(self):
        gaps = found(
            "data_gap",
            channel("tv", spend=5, attributed_revenue=1),
            channel("social", spend=5, impressions=0, attributed_revenue=1),
            channel("search", spend=5, clicks=7, attributed_revenue=1),
            channel("radio", spend=0),
        )

        [gap] = gaps
        assert gap.title == "No impressions or clicks are known of tv: what they reached is unknown"
        assert evidence(gap) == [
            ("spend", "5.00", "tv"),
            ("impressions", "unknown", "tv"),
            ("clicks", "unknown", "tv"),
        ]

    def test_never_turn_into_a_claim_of_return_by_channel(self):
        findings = analyse(readings(channel("tv", spend=5), spend=5, revenue=50))

        assert not any(item.measure == "roas" for f in findings for item in f.evidence)


MAYBE = st.none() | st.decimals(-(10**12), 10**12, places=6)
POSITIVE = st.none() | st.decimals(0, 10**12, places=6)


class TestAnyReadings:
    @given(
        st.lists(st.builds(channel, st.just("tv"), spend=POSITIVE, clicks=POSITIVE), max_size=3),
        MAYBE,
        MAYBE,
        MAYBE,
    )
    def test_give_findings_that_rest_on_something(self, channels, revenue, earlier, later):
        known = readings(
            *channels, spend=10, revenue=revenue, earlier_revenue=earlier, later_revenue=later
        )

        for finding in analyse(known):
            assert finding.severity in {"info", "warning"}
            assert finding.title
            assert finding.recommendation
            assert finding.evidence
