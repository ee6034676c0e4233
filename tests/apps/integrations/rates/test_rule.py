"""The rate of a day, against the rule written out."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.integrations.rates.rule import Quote, Quotes

FIRST = date(2026, 3, 1)
CODES = ("EUR", "USD", "GBP", "JPY")
RATES = st.sampled_from(["0.000061", "1.0853", "2", "162.4", "0.123456789012345678"])


def worth_by_the_rule(quotes, day, currency, target):
    """What one of a currency is worth, found by looking through all quotes; None without."""
    for back in range(8):
        of_day = [quote for quote in quotes if quote.date == day - timedelta(days=back)]
        for quote in reversed(of_day):
            if (quote.base, quote.currency) == (currency, target):
                return Fraction(quote.rate)
            if (quote.base, quote.currency) == (target, currency):
                return 1 / Fraction(quote.rate)
        latest = {(quote.base, quote.currency): Fraction(quote.rate) for quote in of_day}
        for base in sorted(CODES):
            if (base, currency) in latest and (base, target) in latest:
                return latest[base, target] / latest[base, currency]
    return None


def quote(day, base, currency, rate):
    return Quote(date.fromisoformat(day), base, currency, Decimal(rate))


def prices(quotes, first, last, currency="USD", target="EUR"):
    found = Quotes(quotes).prices(
        date.fromisoformat(first), date.fromisoformat(last), currency, target
    )
    return {day.isoformat(): Fraction(price.over) / Fraction(price.under) for day, price in found}


class TestQuotes:
    @given(
        quotes=st.lists(
            st.tuples(st.integers(0, 20), st.permutations(CODES), RATES).map(
                lambda each: Quote(
                    FIRST + timedelta(days=each[0]), each[1][0], each[1][1], Decimal(each[2])
                )
            ),
            max_size=12,
        ),
        pair=st.permutations(CODES),
    )
    def test_give_each_day_what_the_rule_gives(self, quotes, pair):
        currency, target = pair[:2]
        last = FIRST + timedelta(days=30)

        found = dict(Quotes(quotes).prices(FIRST, last, currency, target))

        for day in (FIRST + timedelta(days=each) for each in range(31)):
            price = found.get(day)
            worth = None if price is None else Fraction(price.over) / Fraction(price.under)
            assert worth == worth_by_the_rule(quotes, day, currency, target), day

    def test_count_for_seven_days_after_their_own(self):
        found = prices([quote("2026-03-01", "EUR", "USD", "1.25")], "2026-02-25", "2026-03-20")

        assert found == {f"2026-03-0{day}": Fraction(4, 5) for day in range(1, 9)}

    def test_of_before_the_range_count_in_it(self):
        found = prices([quote("2026-03-01", "USD", "EUR", "0.8")], "2026-03-08", "2026-03-09")

        assert found == {"2026-03-08": Fraction(4, 5)}

    def test_give_a_cross_through_their_base_without_a_rest(self):
        quotes = [
            quote("2026-03-01", "EUR", "IDR", "19000.123456"),
            quote("2026-03-01", "EUR", "KWD", "0.33371"),
        ]

        found = prices(quotes, "2026-03-01", "2026-03-01", "IDR", "KWD")

        assert found["2026-03-01"] == Fraction("0.33371") / Fraction("19000.123456")

    def test_give_no_cross_of_two_days(self):
        quotes = [
            quote("2026-03-01", "EUR", "USD", "1.1"),
            quote("2026-03-02", "EUR", "GBP", "0.9"),
        ]

        assert prices(quotes, "2026-03-01", "2026-03-09", "USD", "GBP") == {}

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_have_no_end_of_the_calendar_that_fails(self, day):
        assert list(Quotes([]).prices(day, day, "USD", "EUR")) == []
