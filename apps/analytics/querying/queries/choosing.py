"""Which rows of an answer are shown, and in which order; the rest is one more."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from apps.analytics.contract import Condition, MetricQuery
from apps.analytics.metrics.aggregation import Aggregate, Key, sort_key
from apps.analytics.metrics.measures import BLENDED, MEASURES
from apps.analytics.metrics.sums import Sums

_OPERATORS: Final = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


class Chosen(NamedTuple):
    """The keys of the rows that are shown, and the sums of the rest, None where there is none."""

    keys: list[Key]
    other: Sums | None


def choose_rows(summed: Aggregate, query: MetricQuery) -> Chosen:
    """Return the rows that meet a query's conditions, in its order, as many as it asks for."""
    keys = [key for key in sorted(summed.rows, key=sort_key) if _meets(summed, key, query.having)]
    for name in reversed(query.order):
        keys = _ordered(keys, summed, name)
    shown, rest = (keys[: query.limit], keys[query.limit :]) if query.limit else (keys, [])
    if not rest:
        return Chosen(shown, None)
    other = Sums()
    for key in rest:
        other.include(summed.rows[key])
    return Chosen(shown, other)


def value_in_row(sums: Sums, name: str, *, is_channel: bool) -> Decimal | None:
    """Return a row's value; the shop does not say which channel a sale belongs to."""
    return None if is_channel and name in BLENDED else sums.value(name)


def _meets(summed: Aggregate, key: Key, conditions: tuple[Condition, ...]) -> bool:
    for each in conditions:
        value = _value(summed, key, each.measure)
        if value is None or not _OPERATORS[each.op](value, each.value):
            return False
    return True


def _ordered(keys: list[Key], summed: Aggregate, name: str) -> list[Key]:
    """Return keys by a measure or dimension, those alike as they were, unknown ones last."""
    values = {key: _value(summed, key, name.removeprefix("-")) for key in keys}
    known = [key for key in keys if values[key] is not None]
    known.sort(key=values.__getitem__, reverse=name.startswith("-"))
    return known + [key for key in keys if values[key] is None]


def _value(summed: Aggregate, key: Key, name: str) -> Any:
    """Return what a row has under the name of a measure or a dimension."""
    if name in MEASURES:
        return value_in_row(summed.rows[key], name, is_channel=key[0] is not None)
    return key[0] if name == "channel" else key[1]
