"""Numbers of platforms are read as their digits say, however they are written."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.integrations.platforms.refusals import MalformedError
from apps.integrations.platforms.shapes import read_micros
from omnify.money import LARGEST_MICROS

MICRO = Decimal("0.000001")
cents = st.integers(-(10**13), 10**13).map(lambda number: number / 100)


def by_digits(number):
    return int(Decimal(str(number)).quantize(MICRO, ROUND_HALF_EVEN).scaleb(6))


class TestReadMicros:
    @given(
        st.one_of(
            st.integers(-(10**12), 10**12),
            st.integers(0, 10**12).map(str),
            st.decimals(-(10**12), 10**12, places=8).map(str),
            st.floats(-1e12, 1e12),
            cents,
        )
    )
    def test_keeps_what_the_digits_say(self, number):
        assert read_micros(number) == by_digits(number)

    @pytest.mark.parametrize(
        ("number", "micros"),
        [
            (0.1, 100_000),
            (0.0000005, 0),
            (0.0000015, 2),
            # Halves, which a product of doubles rounds the wrong way.
            (1.0000075, 1_000_008),
            (64.0004485, 64_000_448),
            (999_999_999.999999, 999_999_999_999_999),
            (9_007_199_254.740993, 9_007_199_254_740_993),
            ("007", 7_000_000),
            (LARGEST_MICROS // 10**6, LARGEST_MICROS // 10**6 * 10**6),
        ],
    )
    def test_keeps_numbers_at_the_edges(self, number, micros):
        assert read_micros(number) == micros

    @pytest.mark.parametrize(
        "number", ["", "1 000", "one", "٣x", True, float("nan"), float("inf"), 10**13, "9" * 13]
    )
    def test_refuses_what_is_no_number_that_is_kept(self, number):
        with pytest.raises(MalformedError):
            read_micros(number)
