"""Numbers in answers are decimal strings with as many places as they deserve."""

from decimal import Decimal

import pytest

from apps.analytics.metrics.formats import format_value


def text(name, value, currency="EUR", precision="minor"):
    number = None if value is None else Decimal(value)
    return format_value(name, number, currency=currency, precision=precision)


class TestFormatValue:
    @pytest.mark.parametrize(
        ("currency", "expected"),
        [("EUR", "1234.57"), ("JPY", "1235"), ("KWD", "1234.567"), ("XXX", "1234.57")],
    )
    def test_gives_money_in_minor_units(self, currency, expected):
        assert text("spend", "1234.567", currency) == expected

    def test_gives_all_six_places_where_exactness_is_asked_for(self):
        assert text("spend", "1234.5", "JPY", "exact") == "1234.500000"

    @pytest.mark.parametrize(("value", "expected"), [("0.125", "0.12"), ("0.135", "0.14")])
    def test_rounds_half_to_even(self, value, expected):
        assert text("spend", value) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [("100", "100"), ("0", "0"), ("10.50", "10.5"), ("0.000001", "0.000001"), ("1E+3", "1000")],
    )
    def test_gives_counts_without_trailing_zeros(self, value, expected):
        assert text("clicks", value) == expected

    def test_gives_ratios_four_places(self):
        assert text("blended_roas", "26.08597") == "26.0860"
        assert text("ctr", "0.00005") == "0.0000"

    @pytest.mark.parametrize(
        ("currency", "precision", "expected"),
        [("EUR", "minor", "0.1235"), ("JPY", "minor", "0.1235"), ("EUR", "exact", "0.123457")],
    )
    def test_gives_prices_of_a_click_four_places_at_least(self, currency, precision, expected):
        assert text("cpc", "0.12345678", currency, precision) == expected

    def test_keeps_what_is_unknown(self):
        assert text("spend", None) is None
        assert text("roas", None) is None

    def test_holds_the_largest_sum(self):
        assert text("spend", Decimal(2**63 - 1).scaleb(-6)) == "9223372036854.78"
