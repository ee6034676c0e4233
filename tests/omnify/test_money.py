"""Amounts are kept in exact millionths, and shown with their places."""

from decimal import Decimal

import pytest

from omnify.money import LARGEST_MICROS, format_micros, from_micros, to_micros


class TestToMicros:
    @pytest.mark.parametrize(
        ("text", "micros"),
        [
            ("0", 0),
            ("-3.25", -3_250_000),
            ("0.0000005", 0),
            ("0.0000015", 2),
            ("0.00000050000000000000000000000000001", 1),
            ("9223372036854.775807", LARGEST_MICROS),
        ],
    )
    def test_rounds_half_to_even_once(self, text, micros):
        assert to_micros(Decimal(text)) == micros

    @pytest.mark.parametrize("micros", [0, 1, -1, LARGEST_MICROS, -LARGEST_MICROS])
    def test_is_undone_exactly(self, micros):
        assert to_micros(from_micros(micros)) == micros


class TestFormatMicros:
    @pytest.mark.parametrize(
        ("micros", "text"),
        [
            (0, "0.000000"),
            (-1, "-0.000001"),
            (100_500_000, "100.500000"),
            (LARGEST_MICROS, "9223372036854.775807"),
        ],
    )
    def test_shows_all_six_places(self, micros, text):
        assert format_micros(micros) == text
