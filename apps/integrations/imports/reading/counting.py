"""Tells amounts from counts where a column's name may be either's: sales are money, or a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

from apps.integrations.imports.reading.known.headers import MEASURE, RATE, Meaning
from apps.integrations.imports.reading.measures import AMOUNTS
from apps.integrations.imports.reading.samples import Sample

_WORD: Final = re.compile(r"[^\W\d_]+")
#: Words of what is sold, which may be counted.
_EITHER: Final = frozenset(["sales"])
#: Beside them, words of money.
_MONEY: Final = frozenset(["net", "gross", "netto", "brutto", "value", "amount", "volume"])
Kind = Literal["amount", "count", "either"]


def may_be_count(name: str, meaning: Meaning) -> bool:
    """Return whether a column of an amount may be one of counts, by its name."""
    words = set(_WORD.findall(name.casefold()))
    is_amount = meaning.role == MEASURE and meaning.measure in AMOUNTS
    return is_amount and not meaning.currencies and bool(words & _EITHER) and not words & _MONEY


def kind_of(position: int, names: Iterable[str], meanings: list[Meaning], sample: Sample) -> Kind:
    """Return what a column holds whose name may be an amount's or a count's, by its values.

    Amounts have a currency or decimals, or come to more than can be counted, or than is spent in
    wholes; what is alone is one. What comes to less than an amount with decimals is a count.
    """
    columns = list(zip(names, meanings, strict=True))
    if not may_be_count(*columns[position]) or sample.is_written_as_money(position):
        return "amount"
    own = sample.sum_of(position)
    others = [
        (at, meaning, sample.sum_of(at))
        for at, (name, meaning) in enumerate(columns)
        if at != position
        and meaning.role != RATE
        and not may_be_count(name, meaning)
        and sample.is_number(at)
    ]
    written = [micros for at, _, micros in others if sample.is_written_as_money(at)]
    if any(own < micros for micros in written):
        return "count"
    known = [(meaning, micros) for _, meaning, micros in others if meaning.role == MEASURE]
    amounts = [micros for meaning, micros in known if meaning.measure in AMOUNTS and micros]
    counts = [micros for meaning, micros in known if meaning.measure not in AMOUNTS and micros]
    is_more = any(own > each for each in counts) or (
        bool(amounts) and not written and own >= max(amounts)
    )
    return "amount" if is_more or not (amounts or counts) else "either"
