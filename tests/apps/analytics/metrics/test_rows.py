"""Rows of values: their texts, and the schema that names every column."""

from decimal import Decimal
from typing import Annotated

import msgspec
import pytest

from apps.analytics.contract import UnconvertedAmount
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.rows import Row, columns, format_values, round_unconverted


def schema_of(*names, **options):
    return msgspec.json.schema(Annotated[Row, columns(*names, **options)])


class TestColumns:
    def test_describe_a_measure_by_its_formula(self):
        schema = schema_of("cpm")["properties"]["cpm"]

        assert schema["description"].startswith(
            "Cost per 1,000 impressions: 1000 * spend / impressions"
        )
        assert schema["type"] == ["string", "null"]

    def test_are_required_unless_a_query_chooses_them(self):
        assert schema_of("name", "spend")["required"] == ["name", "spend"]
        assert schema_of("name", "spend", are_optional=True)["required"] == []

    def test_have_an_example_each(self):
        names = ("channel", "period", "spend_share", *MEASURES)

        [example] = schema_of(*names)["examples"]

        assert tuple(example) == names
        assert all(isinstance(text, str) for text in example.values())

    def test_are_known_measures(self):
        with pytest.raises(KeyError):
            columns("happiness")


class TestFormatValues:
    def test_gives_each_measure_the_places_it_deserves(self):
        values = {"spend": Decimal(10), "ctr": Decimal("0.01"), "clicks": Decimal(4), "cpc": None}

        assert format_values(values, "EUR") == {
            "spend": "10.00",
            "ctr": "0.0100",
            "clicks": "4",
            "cpc": None,
        }


class TestRoundUnconverted:
    def test_keeps_each_amount_in_its_own_currency(self):
        amount = UnconvertedAmount(currency="JPY", spend=Decimal("10.5"), revenue=Decimal(0))

        [rounded] = round_unconverted((amount,))

        assert (str(rounded.spend), str(rounded.revenue)) == ("10", "0")

    def test_says_nothing_of_what_is_unknown(self):
        zero = Decimal(0)
        amount = UnconvertedAmount(currency="USD", spend=zero, revenue=zero, unknown=("spend",))

        [rounded] = round_unconverted((amount,))

        assert (rounded.spend, str(rounded.revenue)) == (None, "0.00")
