"""Sums of facts count as the facts themselves do."""

from datetime import date
from random import Random
from uuid import UUID

import pytest

from apps.analytics.metrics.aggregation import Range, aggregate
from apps.analytics.metrics.measures import MEASURES as NAMES
from apps.analytics.store.rows import MEASURES, FactRow, RollupRow, roll_up, to_fact

DAY = date(2026, 1, 1)
SOURCE = UUID(int=1)


def fact(entity, **micros):
    values = tuple(micros.get(name) for name in MEASURES)
    return FactRow(DAY, DAY, "campaign", "tv", "EUR", entity, values)


def alone(row):
    """A fact as a sum of itself."""
    whole = RollupRow(*row[:5], row.known, 0, 1, row.entity_key, row.micros)
    return to_fact(SOURCE, whole)


def values(facts):
    totals = aggregate(facts, Range(DAY, DAY), currency="EUR").totals
    return {name: (totals.value(name)) for name in NAMES}


class TestRollUp:
    def test_keeps_facts_apart_that_know_other_measures(self):
        rows = roll_up([fact("a", spend=6, clicks=2), fact("b", spend=3), fact("c", spend=1)])

        assert [(row.facts, row.micros[:1]) for row in rows] == [(2, (4,)), (1, (6,))]

    def test_adds_up_no_people(self):
        [row] = roll_up([fact("a", reach=6), fact("b", reach=3)])

        assert values([to_fact(SOURCE, row)])["reach"] is None

    @pytest.mark.parametrize("seed", range(20))
    def test_comes_to_the_same_ratios_and_people(self, seed):
        random = Random(seed)  # noqa: S311 - a test's choices
        facts = [
            fact(str(number), **{n: random.randrange(9) for n in MEASURES if random.random() < 0.6})
            for number in range(random.randrange(1, 5))
        ]

        rolled = [to_fact(SOURCE, row) for row in roll_up(facts)]
        assert values(rolled) == values([alone(row) for row in facts if row.known])
