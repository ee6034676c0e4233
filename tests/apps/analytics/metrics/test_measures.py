"""Every measure is declared once and rests on declared ones."""

from decimal import Decimal

import pytest

from apps.analytics.metrics.measures import ADDITIVES, MEASURES, RATIOS
from tests.apps.analytics.metrics.builders import metric, shop, summed

DAY = summed(
    metric(
        spend=50, attributed_revenue=100, impressions=4000, clicks=40, conversions=8, reach=1000
    ),
    shop(revenue=200),
).totals


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
        assert DAY.value(name) == Decimal(value)

    def test_rest_on_sums(self):
        for ratio in RATIOS.values():
            assert {ratio.numerator, ratio.denominator} <= set(ADDITIVES)

    def test_say_how_they_are_made(self):
        assert MEASURES["cpm"].formula == "1000 * spend / impressions"
        assert MEASURES["ctr"].formula == "clicks / impressions"
        assert MEASURES["spend"].formula == "sum of spend"
        assert MEASURES["reach"].formula == "reach of one cut"
