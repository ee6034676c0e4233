"""The removal effect is that of the chain, solved in fractions with the channel taken out."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given

from apps.analytics.attribution.crediting import markov
from apps.analytics.attribution.crediting.markov import credit_markov
from tests.apps.analytics.attribution.crediting.journeys import (
    conversions_of,
    histories,
    journey,
)

START, CONVERTED, LOST = "(start)", "(converted)", "(lost)"


def solve(matrix, right):
    """Return the exact solution of linear equations."""
    rows = [[*map(Fraction, row), Fraction(end)] for row, end in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next(number for number in range(at, len(rows)) if rows[number][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][at] for each in rows[at]]
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at]
                rows[other] = [
                    each - factor * own for each, own in zip(rows[other], rows[at], strict=True)
                ]
    return [row[-1] for row in rows]


def find_chance(history, removed=None):
    """Return the exact probability of a conversion; who comes to the removed channel is lost."""
    steps = Counter()
    for each in history:
        whole = each.conversions + each.nulls
        for step in pairwise([START, *each.channels]):
            steps[step] += whole
        steps[each.channels[-1], CONVERTED] += each.conversions
        steps[each.channels[-1], LOST] += each.nulls
    out = Counter()
    for (state, _), count in steps.items():
        out[state] += count
    states = sorted(state for state in out if out[state] and state != removed)
    chance = {step: Fraction(count, out[step[0]]) for step, count in steps.items() if count}
    matrix = [[(one == two) - chance.get((one, two), 0) for two in states] for one in states]
    right = [chance.get((state, CONVERTED), 0) for state in states]
    return solve(matrix, right)[states.index(START)] if START in states else Fraction(0)


def define(history):
    """Return by channel its part of the conversions, from one chain for each channel."""
    whole = find_chance(history)
    names = {name for each in history for name in each.channels if each.conversions + each.nulls}
    effects = {name: 1 - find_chance(history, name) / whole for name in names}
    total = sum(effects.values())
    return {name: effect / total for name, effect in effects.items()}


def shares(history):
    credit = credit_markov(history).conversions
    return {name: part / sum(each.conversions for each in history) for name, part in credit.items()}


class TestCreditMarkov:
    @given(histories)
    def test_is_that_of_chains_without_a_channel(self, history):
        if any(each.conversions for each in history):
            expected = {name: float(part) for name, part in define(history).items()}

            assert shares(history) == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("seed", range(5))
    def test_is_exact_on_large_chains(self, seed):
        random = Random(seed)  # noqa: S311 - a test's choices
        names = [f"c{number}" for number in range(15)]
        history = [
            journey(random.choices(names, k=random.randint(1, 12)), conversions=1, nulls=500)
            for _ in range(60)
        ]
        expected = {name: float(part) for name, part in define(history).items()}

        assert shares(history) == pytest.approx(expected, abs=1e-9)

    def test_by_hand(self):
        # Of four that begin at a, one converts there and two go on to b, where one converts.
        history = [journey("a"), journey("ab"), journey("ab", conversions=0, nulls=1)]

        # Without a nothing converts (1); without b the first alone does (1/2 of 2/3 is lost).
        found = conversions_of(credit_markov, *history)
        assert found == pytest.approx({"a": 2 * 2 / 3, "b": 2 / 3})

    def test_is_nothing_where_nothing_converts(self):
        assert conversions_of(credit_markov, journey("ab", conversions=0, nulls=2)) == {}

    def test_takes_the_least_touched_as_one(self, monkeypatch):
        monkeypatch.setattr(markov, "MOST_CHANNELS", 2)
        history = [journey("a"), journey("ab", conversions=2), journey("cd"), journey("bca")]

        merged = [
            each._replace(channels=tuple("" if name in "cd" else name for name in each.channels))
            for each in history
        ]
        expected = {name: float(part) for name, part in define(merged).items()}
        assert shares(history) == pytest.approx(expected)
