"""Amounts are kept in exact millionths, and shown with their places."""

from decimal import Decimal

import pytest

from omnify.money import LARGEST_MICROS, from_micros, to_micros


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
