"""Money at its day's rate, rounded once."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.metrics.conversion import convert, divide_half_even, find_foreign, worth_of
from tests.apps.analytics.metrics.builders import metric

DAY = date(2026, 1, 1)
RATES = st.decimals(Decimal("0.000000000000000001"), Decimal(10) ** 11, allow_nan=False)


class TestDivideHalfEven:
    @given(over=st.integers(-(2**63), 2**63), under=st.integers(1, 10**40))
    def test_is_the_quotient_of_decimals(self, over, under):
        exact = Context(prec=150, rounding=ROUND_HALF_EVEN)

        quotient = exact.divide(Decimal(over), Decimal(under))

        assert divide_half_even(over, under) == int(exact.to_integral_value(quotient))

    @given(half=st.integers(-(10**6), 10**6))
    def test_takes_the_even_one_of_two(self, half):
        assert divide_half_even(2 * half + 1, 2) == round(Fraction(2 * half + 1, 2))


class TestConvert:
    def test_multiplies_money_alone(self):
        fact = metric(currency="USD", spend="0.000005", clicks=7, revenue=-3)

        [found] = convert([fact], "EUR", {("USD", DAY): Fraction(1, 2)})

        assert (found.currency, dict(found.micros)) == (
            "EUR",
            {"spend": 2, "clicks": 7_000_000, "revenue": -1_500_000},
        )
        assert (found.source_id, found.entity, found.first) == (fact.source_id, "tv", DAY)

    def test_leaves_what_has_no_rate(self):
        facts = [metric(currency="USD", spend=1), metric(spend=1)]

        assert list(convert(facts, "EUR", {("USD", date(2026, 1, 2)): Fraction(2)})) == facts

    def test_takes_the_last_day_of_a_span(self):
        fact = metric("2025-12-26", last="2026-01-01", currency="USD", spend=1)

        [found] = convert([fact], "EUR", {("USD", DAY): Fraction(2)})

        assert found.micros == {"spend": 2_000_000}

    @given(over=RATES, under=RATES, micros=st.integers(-(2**63), 2**63))
    def test_rounds_once(self, over, under, micros):
        worth = Fraction(over) / Fraction(under)
        assert worth_of(over, under) == worth

        assert divide_half_even(micros * worth.numerator, worth.denominator) == round(
            micros * worth
        )


class TestFindForeign:
    def test_names_the_days_of_other_money(self):
        facts = [
            metric("2026-01-05", currency="USD", spend=1),
            metric("2026-01-01", last="2026-01-02", currency="USD", revenue=1),
            metric("2026-01-03", currency="USD", revenue=1),
            metric("2026-01-09", currency="GBP", clicks=1),
            metric(spend=1),
        ]

        assert find_foreign(facts, "EUR") == {"USD": (date(2026, 1, 2), date(2026, 1, 5))}
