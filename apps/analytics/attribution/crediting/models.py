"""The models by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from apps.analytics.attribution.crediting.credits import Credits
from apps.analytics.attribution.crediting.journeys import Journey
from apps.analytics.attribution.crediting.markov import credit_markov
from apps.analytics.attribution.crediting.places import (
    credit_evenly,
    credit_first,
    credit_last,
    credit_positions,
    credit_recent,
)
from apps.analytics.attribution.crediting.shapley import credit_shapley

MODELS: Final[dict[str, Callable[[Iterable[Journey]], Credits]]] = {
    "first": credit_first,
    "last": credit_last,
    "linear": credit_evenly,
    "time_decay": credit_recent,
    "position": credit_positions,
    "markov": credit_markov,
    "shapley": credit_shapley,
}
