"""What holds of each model, whatever the journeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.attribution.crediting.models import MODELS
from tests.apps.analytics.attribution.crediting.journeys import histories

#: Shapley's axioms; a chain's removal effects have no additivity, and no null player.
ADDITIVE = [name for name in MODELS if name != "markov"]
SWAP = str.maketrans("ab", "ba")


def close(found, expected=0):
    return pytest.approx(float(expected), rel=1e-9, abs=1e-3) == float(found)


@pytest.mark.parametrize("model", MODELS)
class TestEachModel:
    @given(histories)
    def test_gives_away_all_and_no_more(self, model, history):
        credit = MODELS[model](history)

        assert close(sum(credit.conversions.values()), sum(each.conversions for each in history))
        if model != "markov":
            assert close(sum(credit.value.values()), sum(each.value or 0 for each in history))

    @given(histories)
    def test_does_not_look_at_names(self, model, history):
        swapped = [
            each._replace(channels=tuple("".join(each.channels).translate(SWAP)))
            for each in history
        ]
        found = MODELS[model](history).conversions
        others = MODELS[model](swapped).conversions

        for one, other in ("ab", "ba", "cc"):
            assert close(found.get(one, 0), others.get(other, 0))

    @given(histories)
    def test_takes_alike_journeys_as_one_or_as_many(self, model, history):
        doubled = [
            each._replace(
                conversions=2 * each.conversions,
                nulls=2 * each.nulls,
                value=None if each.value is None else 2 * each.value,
            )
            for each in history
        ]
        once, twice = MODELS[model](doubled), MODELS[model](history * 2)

        for name, part in once.conversions.items():
            assert close(twice.conversions[name], part)

    @given(histories)
    def test_gives_nothing_negative(self, model, history):
        assert all(part >= 0 for part in MODELS[model](history).conversions.values())


@pytest.mark.parametrize("model", ADDITIVE)
class TestAdditiveModel:
    @given(histories, histories)
    def test_gives_for_two_histories_the_sum(self, model, one, two):
        apart = [MODELS[model](each).conversions for each in (one, two)]
        together = MODELS[model](one + two).conversions

        for name, part in together.items():
            assert close(part, sum(each.get(name, 0) for each in apart))

    @given(histories, st.sampled_from("abc"))
    def test_gives_nothing_to_who_is_in_no_conversion(self, model, history, name):
        null = [
            each._replace(conversions=0, nulls=each.nulls + 1) if name in each.channels else each
            for each in history
        ]

        assert MODELS[model](null).conversions.get(name, 0) == 0


class TestSymmetry:
    @pytest.mark.parametrize("model", ["linear", "markov", "shapley"])
    @given(histories)
    def test_is_of_channels_that_change_places_everywhere(self, model, history):
        both = history + [
            each._replace(channels=tuple("".join(each.channels).translate(SWAP)))
            for each in history
        ]
        found = MODELS[model](both).conversions

        assert close(found.get("a", 0), found.get("b", 0))
