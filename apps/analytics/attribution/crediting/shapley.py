"""Shapley's value of channels, exact whatever their number."""

from __future__ import annotations

from collections.abc import Iterable

from apps.analytics.attribution.crediting.credits import Credits, Tally
from apps.analytics.attribution.crediting.journeys import Journey


def credit_shapley(journeys: Iterable[Journey]) -> Credits:
    """Credit each channel with the mean of what it adds to the channels before it, in all orders.

    Channels together are worth the conversions of journeys that touch no others. That game is a sum
    of one for each journey, which is worth nothing until all its channels are there: their values
    in it are alike, and the value of a sum is the sum of the values (Shapley 1953, axioms 1 and 3).
    So a journey is shared evenly by its channels, and no order need be looked at.
    """
    tally = Tally()
    for journey in journeys:
        channels = set(journey.channels)
        tally.add(journey, [(channel, 1, len(channels)) for channel in channels])
    return tally.credits()
