"""Journeys to credit, by hand and at random."""

from hypothesis import strategies as st

from apps.analytics.attribution.crediting.journeys import ONE, Journey

NAMES = "abcd"


def journey(path, *, conversions=1, value=None, nulls=0, ages=None):
    """A path of one-letter channels."""
    worth = None if value is None else value * ONE
    return Journey(tuple(path), ages, conversions * ONE, worth, nulls * ONE)


def conversions_of(credit, *journeys):
    """What a model gives each channel, in whole conversions."""
    return {name: part / ONE for name, part in credit(journeys).conversions.items()}


@st.composite
def any_journey(draw, names=NAMES):
    path = draw(st.lists(st.sampled_from(names), min_size=1, max_size=6))
    ages = None
    if draw(st.booleans()):
        gaps = draw(st.lists(st.floats(0, 30), min_size=len(path) - 1, max_size=len(path) - 1))
        ages = tuple(sum(gaps[at:]) for at in range(len(path)))
    amounts = st.integers(0, 50)
    return journey(
        path,
        conversions=draw(amounts),
        value=draw(st.none() | amounts),
        nulls=draw(amounts),
        ages=ages,
    )


histories = st.lists(any_journey(), min_size=1, max_size=8)
