"""Answer how much of the conversions each channel is credited with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final, NamedTuple
from uuid import UUID

from apps.analytics.attribution.crediting.credits import Credits, Number
from apps.analytics.attribution.crediting.journeys import Span
from apps.analytics.attribution.crediting.markov import MOST_CHANNELS, REST
from apps.analytics.attribution.crediting.models import MODELS
from apps.analytics.attribution.messages import (
    AttributionQuery,
    AttributionResult,
    ChannelCredit,
    UnconvertedValue,
)
from apps.analytics.attribution.queries.journeys import Journeys, find_days, find_order_sources
from apps.analytics.exceptions import NoJourneysError, QueryInvalidError
from apps.analytics.metrics.formats import format_share, shares_of
from apps.analytics.querying.queries.history import today_in
from apps.analytics.store.records import Connections
from apps.auth.contract import Auth
from omnify.money import format_count, from_micros, minor_digits, round_money
from omnify.services import client_of

_LIFETIME: Final = "lifetime"
_MICROS_DIGITS: Final = 6
_OF_ALL: Final = (
    (
        "This is journey credit, not incrementality: it says which touches came before"
        " conversions, not which conversions would have been lost without them."
    ),
    "Touches that no source tells of, and conversions without a known touch, count nowhere.",
)
_OF_PLACES: Final = "How much a place in the journey counts is a convention, not found in the data."
_OF_MODEL: Final = {
    "markov": "The chain remembers only the last touch, not how it was come to.",
    "shapley": "The order of touches and their repeats have no weight, only which channels met.",
}


class _Row(NamedTuple):
    """The credit of a channel, or of all that have no row of their own."""

    name: str
    conversions: Number
    value: Number
    is_other: bool = False


def get_attribution(query: AttributionQuery, known: Connections) -> AttributionResult:
    """Return the credit of channels by a model, with orders of the connections that are known.

    Raises:
        QueryInvalidError: the range ends before it begins.
        NoJourneysError: no journey with a conversion ends in the range.
    """
    profile = client_of(Auth).get_organization()
    order_sources = find_order_sources(known.connections)
    first, last = _find_range(query, today_in(profile), order_sources)
    window = None if query.window == _LIFETIME else int(query.window)
    journeys = Journeys(Span(first, last, window), profile.currency, order_sources)
    credits_ = MODELS[query.model](journeys)
    if not journeys.conversions:
        raise NoJourneysError(missing="conversions" if journeys.nulls else "paths")
    total_value = None
    if journeys.value is not None:
        total_value = round_money(from_micros(journeys.value), profile.currency)
    return AttributionResult(
        model=query.model,
        window=query.window,
        first=first,
        last=last,
        total=format_count(from_micros(journeys.conversions)),
        total_value=None if total_value is None else f"{total_value:f}",
        channels=_list_channels(credits_, journeys, total_value, profile.currency),
        evidence="journey_credit",
        cannot_know=tuple(_name_limits(query, journeys)),
        currency=profile.currency,
        unconverted=tuple(
            UnconvertedValue(currency=code, value=round_money(from_micros(micros), code))
            for code, micros in sorted(journeys.unconverted.items())
        ),
        as_of=known.as_of,
        late=known.late,
    )


def apportion(parts: Sequence[Number], whole: int) -> list[int]:
    """Return parts as whole numbers that add up exactly, by largest remainder."""
    exact = [Fraction(part) for part in parts]
    floors = [floor(part) for part in exact]
    left = whole - sum(floors)
    by_rest = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    for at in by_rest[:left]:
        floors[at] += 1
    return floors


def _find_range(
    query: AttributionQuery, today: date, order_sources: frozenset[UUID]
) -> tuple[date, date]:
    if query.first and query.last and query.first > query.last:
        message = f"{query.first} is after {query.last}."
        raise QueryInvalidError(errors=[{"field": "from", "message": message}])
    days = find_days(today, order_sources)
    if days is None:
        raise NoJourneysError(missing="touchpoints")
    last = query.last or max(days[1], query.first or days[1])
    return query.first or min(days[0], last), last


def _list_channels(
    credits_: Credits, journeys: Journeys, total_value: Decimal | None, currency: str
) -> tuple[ChannelCredit, ...]:
    rows = _list_rows(credits_, journeys.channels)
    conversions = apportion([row.conversions for row in rows], journeys.conversions)
    shares = shares_of([from_micros(each) for each in conversions])
    values: list[str | None] = [None] * len(rows)
    if total_value is not None:
        digits = minor_digits(currency)
        minor = Fraction(10) ** (digits - _MICROS_DIGITS)
        parts = [_scale(row.value, minor) for row in rows]
        found = apportion(parts, int(total_value.scaleb(digits)))
        values = [f"{Decimal(each).scaleb(-digits):f}" for each in found]
    return tuple(
        ChannelCredit(
            name=row.name,
            conversions=format_count(from_micros(count)),
            value=value,
            share=format_share(share),
            other=row.is_other,
        )
        for row, count, value, share in zip(rows, conversions, values, shares, strict=True)
    )


def _scale(number: Number, by: Fraction) -> Fraction:
    return Fraction(number) * by


def _list_rows(credits_: Credits, touched: set[str]) -> list[_Row]:
    """Return the channels with the most credit, and the rest as one."""
    # Where the model itself knows the rest as one, its channels have no credit of their own.
    names = credits_.conversions.keys() if REST in credits_.conversions else touched
    rows = sorted(
        (
            _Row(name, credits_.conversions.get(name, 0.0), credits_.value.get(name, 0.0))
            for name in names
            if name != REST
        ),
        key=lambda row: (-row.conversions, row.name),
    )
    rest = rows[MOST_CHANNELS:]
    if REST in names:
        rest.append(_Row(REST, credits_.conversions[REST], credits_.value[REST]))
    if not rest:
        return rows
    conversions = sum((Fraction(row.conversions) for row in rest), Fraction(0))
    value = sum((Fraction(row.value) for row in rest), Fraction(0))
    return [*rows[:MOST_CHANNELS], _Row("other", conversions, value, is_other=True)]


def _name_limits(query: AttributionQuery, journeys: Journeys) -> Iterator[str]:
    yield from _OF_ALL
    yield _OF_MODEL.get(query.model, _OF_PLACES)
    if query.model == "markov" and not journeys.nulls:
        yield "No journey without a conversion is known, so none is seen to lead nowhere."
    if not journeys.has_whole_paths:
        return
    if query.window != _LIFETIME:
        yield "Whole paths have no times of their touches: the window leaves them as they are."
    if query.model == "time_decay":
        yield "In whole paths a touch counts half as much as the next one, whenever it was."
