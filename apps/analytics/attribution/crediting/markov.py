"""The removal effect of channels in a chain that remembers the last touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from apps.analytics.attribution.crediting.credits import Credits
from apps.analytics.attribution.crediting.journeys import Journey

#: Channels that are states of their own: those with the most touches. The rest are one.
MOST_CHANNELS: Final = 100
#: The name of the rest; no channel has an empty one.
REST: Final = ""
#: The states before the first touch and after the last.
_START: Final = None
_CONVERTED: Final = True
_LOST: Final = False
_State = str | bool | None
_Matrix = list[list[float]]


def credit_markov(journeys: Iterable[Journey]) -> Credits:
    """Credit channels by how many conversions would be lost if who comes to them went no further.

    The losses are scaled to the conversions, since what several channels are needed for is lost to
    each (Anderl et al. 2016, *Mapping the customer journey*, 3.2).
    """
    steps: Counter[tuple[_State, _State]] = Counter()
    conversions = value = 0
    for journey in journeys:
        conversions += journey.conversions
        value += journey.value or 0
        _count_steps(steps, journey)
    effects = find_removal_effects(_fold(steps))
    whole = sum(effects.values())
    shares = {channel: effect / whole for channel, effect in effects.items()} if whole else {}
    return Credits(
        {channel: share * conversions for channel, share in shares.items()},
        {channel: share * value for channel, share in shares.items()},
    )


def find_removal_effects(steps: Counter[tuple[_State, _State]]) -> dict[str, float]:
    """Return by channel the probability of a conversion on the way of which it is.

    It is that to come to the channel at all, times that to convert from there. The first is the
    number of visits to be expected from the start, divided by that from the channel itself.
    """
    out: Counter[_State] = Counter()
    for (state, _), count in steps.items():
        out[state] += count
    channels = sorted(state for state in out if isinstance(state, str))
    chances = {step: count / out[step[0]] for step, count in steps.items()}
    visits = _invert(
        [[float(one == two) - chances.get((one, two), 0.0) for two in channels] for one in channels]
    )
    first = [chances.get((_START, channel), 0.0) for channel in channels]
    ending = [chances.get((channel, _CONVERTED), 0.0) for channel in channels]
    effects = {}
    for at, channel in enumerate(channels):
        expected = sum(begin * row[at] for begin, row in zip(first, visits, strict=True))
        converting = sum(map(float.__mul__, visits[at], ending))
        effects[channel] = expected / visits[at][at] * converting
    return effects


def _count_steps(steps: Counter[tuple[_State, _State]], journey: Journey) -> None:
    """Count a journey's steps from touch to touch; a repeated channel leads to itself."""
    whole = journey.conversions + journey.nulls
    if not whole:
        return
    channels = journey.channels
    steps[_START, channels[0]] += whole
    for step in pairwise(channels):
        steps[step] += whole
    steps[channels[-1], _CONVERTED] += journey.conversions
    steps[channels[-1], _LOST] += journey.nulls


def _fold(steps: Counter[tuple[_State, _State]]) -> Counter[tuple[_State, _State]]:
    """Return the steps with all but the most touched channels as one."""
    touches: Counter[_State] = Counter()
    for (_, state), count in steps.items():
        touches[state] += count
    names = sorted((s for s in touches if isinstance(s, str)), key=lambda s: (-touches[s], s))
    rest = frozenset(names[MOST_CHANNELS:])
    if not rest:
        return steps
    folded: Counter[tuple[_State, _State]] = Counter()
    for (one, two), count in steps.items():
        folded[REST if one in rest else one, REST if two in rest else two] += count
    return folded


def _invert(matrix: _Matrix) -> _Matrix:
    """Return the inverse of a matrix whose diagonal dominates, so that no row need be exchanged."""
    size = len(matrix)
    rows = [[*row, *(float(at == to) for to in range(size))] for at, row in enumerate(matrix)]
    for at, row in enumerate(rows):
        pivot = row[at]
        own = rows[at] = [each / pivot for each in row]
        for other, values in enumerate(rows):
            factor = values[at]
            if other != at and factor:
                rows[other] = [each - factor * mine for each, mine in zip(values, own, strict=True)]
    return [row[size:] for row in rows]
