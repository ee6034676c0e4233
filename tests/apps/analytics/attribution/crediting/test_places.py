"""Cases worked out by hand."""

from fractions import Fraction

import pytest

from apps.analytics.attribution.crediting.models import MODELS
from tests.apps.analytics.attribution.crediting.journeys import conversions_of, journey


@pytest.mark.parametrize(
    ("model", "path", "expected"),
    [
        ("first", "abca", {"a": 1}),
        ("last", "abcb", {"b": 1}),
        ("linear", "aab", {"a": Fraction(2, 3), "b": Fraction(1, 3)}),
        ("position", "a", {"a": 1}),
        ("position", "ab", {"a": Fraction(1, 2), "b": Fraction(1, 2)}),
        ("position", "aa", {"a": 1}),
        ("position", "abc", {"a": Fraction(2, 5), "b": Fraction(1, 5), "c": Fraction(2, 5)}),
        (
            "position",
            "abbcd",
            {"a": Fraction(2, 5), "b": Fraction(2, 15), "c": Fraction(1, 15), "d": Fraction(2, 5)},
        ),
        ("time_decay", "abc", {"a": Fraction(1, 7), "b": Fraction(2, 7), "c": Fraction(4, 7)}),
        ("shapley", "aab", {"a": Fraction(1, 2), "b": Fraction(1, 2)}),
    ],
)
def test_credit_of_a_path(model, path, expected):
    assert conversions_of(MODELS[model], journey(path)) == pytest.approx(expected)


class TestCreditRecent:
    def test_halves_with_each_week(self):
        found = conversions_of(MODELS["time_decay"], journey("abc", ages=(14.0, 7.0, 0.0)))

        assert found == pytest.approx({"a": 1 / 7, "b": 2 / 7, "c": 4 / 7})

    def test_is_alike_within_a_moment(self):
        assert conversions_of(MODELS["time_decay"], journey("ab", ages=(0.0, 0.0))) == {
            "a": 0.5,
            "b": 0.5,
        }

    def test_holds_touches_that_are_decades_old(self):
        found = conversions_of(MODELS["time_decay"], journey("ab", ages=(20_000.0, 0.0)))

        assert found == pytest.approx({"a": 0, "b": 1})


class TestValue:
    def test_is_credited_as_far_as_it_is_known(self):
        found = MODELS["linear"]([journey("ab", value=10), journey("a")])

        assert found.value == {"a": 5_000_000, "b": 5_000_000}
        assert found.conversions == {"a": 1_500_000, "b": 500_000}
