"""Whose sales count where several sources have those of one brand."""

from datetime import date
from uuid import UUID

import pytest

from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.sources import Standing, primary_facts

SHOP, PAYMENTS, SHEET = (UUID(int=number) for number in (1, 2, 3))
BRAND = UUID(int=9)


def day(number):
    return date(2026, 3, number)


def sold(source, first, last=None, **others):
    micros = {"revenue": 1, "orders": 1, **others}
    return Fact(source, "organization", "", "", day(first), day(last or first), "EUR", micros)


def counting(facts, **standings):
    places = {"shop": SHOP, "payments": PAYMENTS, "sheet": SHEET}
    known = {places[name]: standing for name, standing in standings.items()}
    found = primary_facts(facts, known)
    return [(each.source_id, each.first.day) for each in found if "revenue" in each.micros]


class TestPrimaryFacts:
    def test_are_those_of_the_first_rank_alone(self):
        facts = [sold(SHOP, 5), sold(PAYMENTS, 5), sold(PAYMENTS, 1)]
        shop, payments = Standing(rank=1, first=day(2)), Standing(rank=2, first=day(1))

        assert counting(facts, shop=shop, payments=payments) == [(SHOP, 5)]

    def test_add_up_within_a_rank(self):
        facts = [sold(SHOP, 5), sold(PAYMENTS, 5)]
        standings = {name: Standing(rank=1, first=day(1)) for name in ("shop", "payments")}

        assert len(counting(facts, **standings)) == 2

    @pytest.mark.parametrize(
        ("last", "found"), [(None, [1, 2]), (day(6), [1, 2, 7]), (day(5), [1, 2, 6, 7])]
    )
    def test_leave_days_that_no_orders_cover_to_other_numbers(self, last, found):
        facts = [sold(SHEET, number) for number in range(1, 8)]
        shop = Standing(rank=1, first=day(3), last=last)

        assert [number for _, number in counting(facts, shop=shop, sheet=Standing())] == found

    def test_take_a_span_out_of_which_orders_cover_a_day(self):
        facts = [sold(SHEET, 1, 7), sold(SHEET, 8, 14)]
        shop = Standing(rank=1, first=day(2), last=day(7))

        assert counting(facts, shop=shop) == [(SHEET, 8)]

    def test_leave_what_covers_no_day_yet_out_of_account(self):
        assert counting([sold(SHEET, 1)], shop=Standing(rank=1)) == [(SHEET, 1)]

    def test_keep_other_measures_of_who_comes_second(self):
        fact = sold(SHEET, 1, spend=7)
        [found] = primary_facts([fact], {SHOP: Standing(rank=1, first=day(1))})

        assert found.micros == {"spend": 7}

    def test_count_apart_by_brand(self):
        facts = [sold(SHOP, 5), sold(SHEET, 5)]
        shop, sheet = Standing(BRAND, rank=1, first=day(1)), Standing(rank=3, first=day(1))

        assert len(counting(facts, shop=shop, sheet=sheet)) == 2
