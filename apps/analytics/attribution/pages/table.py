"""Channels with the credit that models give them, for people and for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from apps.analytics.attribution.messages import AttributionResult, ChannelCredit
from apps.analytics.attribution.pages.choice import MODELS
from omnify.money import minor_digits
from omnify.names import isolate
from omnify.pages import numbers
from omnify.pages.parts import Cell, Column, Entry, Listing, Section, Table

_REST: Final = "is among the other channels of this model"
_UNKNOWN: Final = "no value of its conversions is known"
#: A channel's name, and whether it stands for all that have no row of their own.
_Name = tuple[str, bool]


def credit_table(
    results: Sequence[AttributionResult], *, csv_url: str = "", xlsx_url: str = ""
) -> Table:
    """Return a row a channel, in the order of the first model, with columns of each."""
    by_model = [{_name_of(each): each for each in result.channels} for result in results]
    names = dict.fromkeys(name for credits_ in by_model for name in credits_)
    ordered = sorted(names, key=lambda name: name[1])
    return Table(
        id="credit",
        caption=f"Journey credit by channel, {' beside '.join(map(_label_of, results))}",
        csv_url=csv_url,
        xlsx_url=xlsx_url,
        columns=(
            Column("channel", "Channel", is_name=True),
            *(column for result in results for column in _columns(result)),
        ),
        rows=tuple(
            (
                _say_name(name),
                *(
                    cell
                    for result, credits_ in zip(results, by_model, strict=True)
                    for cell in _cells(credits_.get(name), result.currency)
                ),
            )
            for name in ordered
        ),
        total=(Cell("All channels"), *(cell for each in results for cell in _totals(each))),
    )


def say_difference(results: Sequence[AttributionResult]) -> str:
    """Return on which channel the first model and another differ most, nothing where they agree."""
    first, *others = results
    shares = _shares_of(first)
    found = [
        (abs(shares[name] - share), name, other)
        for other in others
        for name, share in _shares_of(other).items()
        if name in shares
    ]
    if not found:
        return ""
    most, name, other = max(found, key=lambda each: each[0])
    if not most:
        return "These models give each channel the same credit."
    one, two = (numbers.share(_shares_of(each)[name]) for each in (first, other))
    return (
        f"They differ most on {isolate(name)}: {one} by {_label_of(first)},"
        f" {two} by {_label_of(other)}."
    )


def say_limits(results: Sequence[AttributionResult]) -> Section:
    """Return what the models cannot know: first what holds of all, then of each by its name."""
    sentences = dict.fromkeys(text for each in results for text in each.cannot_know)
    of_all = [text for text in sentences if all(text in each.cannot_know for each in results)]
    own = [
        f"{_label_of(each)}: {text}"
        for each in results
        for text in each.cannot_know
        if text not in of_all
    ]
    entries = tuple(Entry(text=text) for text in (*of_all, *own))
    return Section(title="What these numbers cannot know", parts=(Listing(entries=entries),))


def _columns(result: AttributionResult) -> Iterator[Column]:
    model, label = result.model, _label_of(result)
    yield Column(f"{model}_conversions", label, is_number=True)
    yield Column(f"{model}_share", f"{label}, share", is_number=True)
    yield Column(
        f"{model}_value",
        f"{label}, value",
        result.currency,
        is_number=True,
        is_shown=result.total_value is not None,
    )


def _cells(credit: ChannelCredit | None, currency: str) -> tuple[Cell, Cell, Cell]:
    if credit is None:
        return (Cell(reason=_REST),) * 3
    count = Decimal(credit.conversions)
    return Cell(count, numbers.brief(count)), _share(credit.share), _money(credit.value, currency)


def _totals(result: AttributionResult) -> tuple[Cell, Cell, Cell]:
    total = Decimal(result.total)
    money = _money(result.total_value, result.currency)
    return Cell(total, numbers.brief(total)), Cell(text=numbers.share(Decimal(1))), money


def _share(text: str | None) -> Cell:
    return Cell() if text is None else Cell(Decimal(text), numbers.share(Decimal(text)))


def _money(text: str | None, currency: str) -> Cell:
    if text is None:
        return Cell(reason=_UNKNOWN)
    return Cell(Decimal(text), numbers.write(Decimal(text), minor_digits(currency)))


def _name_of(credit: ChannelCredit) -> _Name:
    return credit.name, credit.other


def _say_name(name: _Name) -> Cell:
    channel, is_other = name
    return Cell(channel, "All other channels") if is_other else Cell(channel)


def _shares_of(result: AttributionResult) -> dict[str, Decimal]:
    named = (each for each in result.channels if not each.other)
    return {each.name: Decimal(each.share) for each in named if each.share is not None}


def _label_of(result: AttributionResult) -> str:
    return MODELS[result.model]
