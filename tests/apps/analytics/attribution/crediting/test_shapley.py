"""The closed form is what the definition says."""

from fractions import Fraction
from itertools import permutations

from hypothesis import given

from apps.analytics.attribution.crediting.shapley import credit_shapley
from tests.apps.analytics.attribution.crediting.journeys import NAMES, histories, journey


def worth(channels, history):
    """What channels bring together: the conversions of journeys that touch no others."""
    return sum(each.conversions for each in history if channels.issuperset(each.channels))


def define(history):
    """Return the mean of what each channel adds, over all orders of channels."""
    orders = list(permutations(NAMES))
    added = dict.fromkeys(NAMES, 0)
    for order in orders:
        before = frozenset()
        for name in order:
            added[name] += worth(before | {name}, history) - worth(before, history)
            before |= {name}
    return {name: Fraction(total, len(orders)) for name, total in added.items()}


class TestCreditShapley:
    @given(histories)
    def test_is_the_mean_over_all_orders(self, history):
        found = credit_shapley(history).conversions

        assert {name: found.get(name, 0) for name in NAMES} == define(history)

    def test_is_exact_with_many_channels(self):
        found = credit_shapley([journey([f"c{number}" for number in range(40)], conversions=1)])

        assert set(found.conversions.values()) == {Fraction(1_000_000, 40)}
