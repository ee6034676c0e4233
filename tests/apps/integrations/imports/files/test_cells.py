"""Cells become days and exact millionths, or are refused with their value."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.integrations.imports.files.cells import CellError, parse_day, parse_micros

LARGEST = 2**63 - 1


class TestParseMicros:
    @pytest.mark.parametrize(
        ("text", "micros"),
        [
            ("0", 0),
            ("-0", 0),
            (" 12 ", 12_000_000),
            ("0.000001", 1),
            ("0007.5", 7_500_000),
            ("1e3", 1_000_000_000),
            ("1.5E-6", 2),
            ("2754371.66666667", 2_754_371_666_667),
            ("9223372036854.775807", LARGEST),
        ],
    )
    def test_reads(self, text, micros):
        assert parse_micros(text) == micros

    @pytest.mark.parametrize(
        ("text", "micros"),
        [
            ("0.0000005", 0),
            ("0.0000015", 2),
            ("0.00000050000000000000000000001", 1),
            ("1.000000500000000000000000000001", 1_000_001),
        ],
    )
    def test_rounds_once_and_half_to_even(self, text, micros):
        assert parse_micros(text) == micros

    @pytest.mark.parametrize(
        "text",
        [
            *("1,000", "1.000,50", "1 000", "1'000", "1_000"),
            *("$5", "5 €", "EUR 5", "5%"),
            *("NaN", "inf", "Infinity", "0x10", ".5", "5.", "1e", "1e999", "--1", "na"),
            *("\u0663\u0664", "\uff11\uff12", "1.\u0665"),
        ],
    )
    def test_refuses_what_is_no_plain_number(self, text):
        with pytest.raises(CellError) as caught:
            parse_micros(text, may_be_negative=True)

        assert text in str(caught.value)

    @pytest.mark.parametrize("text", ["", " ", "\t"])
    def test_does_not_take_nothing_for_zero(self, text):
        with pytest.raises(CellError, match="empty"):
            parse_micros(text)

    @pytest.mark.parametrize("text", ["=A1", "+5", "@SUM(A1)", "-A1", "-", " =1"])
    def test_calls_a_formula_a_formula(self, text):
        with pytest.raises(CellError, match="formula"):
            parse_micros(text, may_be_negative=True)

    def test_refuses_a_negative_number_unless_it_may_be(self):
        assert parse_micros("-1.5", may_be_negative=True) == -1_500_000
        with pytest.raises(CellError, match="negative"):
            parse_micros("-1.5")

    @pytest.mark.parametrize("text", ["9223372036854.775808", "1e13", "9e99", "-9223372036855"])
    def test_refuses_what_does_not_fit_64_bits(self, text):
        with pytest.raises(CellError, match="too large"):
            parse_micros(text, may_be_negative=True)

    def test_shortens_a_long_value(self):
        with pytest.raises(CellError) as caught:
            parse_micros("x" * 5000)

        assert f"'{'x' * 40}…'" in str(caught.value)

    @given(st.integers(-LARGEST, LARGEST))
    def test_gives_back_every_amount(self, micros):
        text = f"{Decimal(micros).scaleb(-6):f}"

        assert parse_micros(text, may_be_negative=True) == micros


class TestParseDay:
    def test_reads_an_iso_day(self):
        assert parse_day(" 2024-02-29 ", latest=date.max) == date(2024, 2, 29)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "2026-1-1",
            "20260101",
            "31/12/2026",
            "2026-01-01T00:00",
            "2026-W01-1",
            "202\u0666-01-01",
        ],
    )
    def test_refuses_other_forms(self, text):
        with pytest.raises(CellError, match="is not a day such as"):
            parse_day(text, latest=date.max)

    @pytest.mark.parametrize("text", ["0001-01-01", "0026-03-31", "1969-12-31"])
    def test_refuses_days_before_there_was_marketing_to_measure(self, text):
        with pytest.raises(CellError, match="before 1970-01-01"):
            parse_day(text, latest=date.max)

    def test_reads_the_first_day(self):
        assert parse_day("1970-01-01", latest=date.max) == date(1970, 1, 1)

    @pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "0000-01-01"])
    def test_refuses_what_no_calendar_has(self, text):
        with pytest.raises(CellError, match="not a day of the calendar"):
            parse_day(text, latest=date.max)

    @pytest.mark.parametrize("text", ["2026-12-01", "2062-03-10", "9999-12-31"])
    def test_refuses_days_after_tomorrow(self, text):
        with pytest.raises(CellError, match="after tomorrow; write the year in full"):
            parse_day(text, latest=date(2026, 11, 30))
