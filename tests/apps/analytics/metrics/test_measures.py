"""Every measure is declared once and rests on declared ones."""

from decimal import Decimal

import pytest

from apps.analytics.metrics.aggregation import Sums
from apps.analytics.metrics.measures import ADDITIVES, MEASURES, RATIOS

SUMS = Sums(
    {
        "spend": 50_000_000,
        "revenue": 200_000_000,
        "attributed_revenue": 100_000_000,
        "impressions": 4_000_000_000,
        "clicks": 40_000_000,
        "conversions": 8_000_000,
        "reach": 1_000_000_000,
    }
)


class TestMeasures:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("spend", "50"),
            ("ctr", "0.01"),
            ("cvr", "0.2"),
            ("cpc", "1.25"),
            ("cpm", "12.5"),
            ("cpa", "6.25"),
            ("roas", "2"),
            ("blended_roas", "4"),
            ("mer_ratio", "4"),
            ("mer_pct", "0.25"),
            ("frequency", "4"),
        ],
    )
    def test_have_the_defined_value(self, name, value):
        assert SUMS.value(name) == Decimal(value)

    def test_rest_on_sums(self):
        for ratio in RATIOS.values():
            assert {ratio.numerator, ratio.denominator} <= set(ADDITIVES)

    def test_say_how_they_are_made(self):
        assert MEASURES["cpm"].formula == "1000 * spend / impressions"
        assert MEASURES["ctr"].formula == "clicks / impressions"
        assert MEASURES["spend"].formula == "sum of spend"
