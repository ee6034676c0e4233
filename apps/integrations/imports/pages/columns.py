"""What each column of a file is: as it is proposed, as people choose it, and as a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from apps.integrations.contract import CURRENCY, MEASURES
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading import AnyMapping, Preview, make_mapping
from apps.integrations.imports.reading.options import CHOICES
from omnify.money import CURRENCIES
from omnify.names import clean_name, fold

METRICS, ORDERS, TOUCHPOINTS, RATES = "metrics", "orders", "touchpoints", "rates"
#: The use of a column of rates that is called by its currency; several columns may have it.
_OF_NAME: Final = "of_name"
_UNUSED: Final = ("", "not imported")
_OF_CHANNELS: Final = tuple(each.channel_field for each in MEASURES if each.channel_field)
#: The measures that only the organization itself has.
_OF_THE_WHOLE: Final = tuple(
    each.name for each in MEASURES if not each.channel_field and each.name not in _OF_CHANNELS
)
#: What a column may be used for, by the kind of its file, and what the page calls it.
USES: Final = {
    METRICS: (
        _UNUSED,
        ("date", "day"),
        ("end", "last day"),
        ("currency", "currency"),
        ("channel", "name of the channel"),
        ("account", "name of the account"),
        ("campaign", "name of the campaign"),
        ("ad", "name of the ad"),
        *((field, field.replace("_", " ")) for field in (*_OF_CHANNELS, *_OF_THE_WHOLE)),
    ),
    ORDERS: (
        _UNUSED,
        ("date", "day"),
        ("currency", "currency"),
        ("order", "order's number"),
        ("customer", "customer"),
        ("revenue", "revenue"),
        ("quantity", "quantity"),
        ("discount", "discount"),
        ("refund", "refund"),
        ("status", "status"),
        ("channel", "name of the channel"),
        ("new_customer", "whether the customer is new"),
    ),
    TOUCHPOINTS: (
        _UNUSED,
        ("at", "day or time"),
        ("path", "whole path of channels"),
        ("customer", "customer"),
        ("channel", "name of the channel"),
        ("campaign", "name of the campaign"),
        ("cost", "cost"),
        ("conversions", "conversions"),
        ("value", "value of the conversions"),
        ("nulls", "paths without a conversion"),
        ("currency", "currency"),
    ),
    RATES: (
        _UNUSED,
        ("date", "day"),
        ("base", "base currency"),
        ("currency", "currency of the rate"),
        ("rate", "rate"),
        (_OF_NAME, "rate in the currency of its name"),
    ),
}
_LABELS: Final = {kind: dict(uses) for kind, uses in USES.items()}
#: The uses that are amounts of money.
_AMOUNTS: Final = {
    METRICS: {each.channel_field or each.name for each in MEASURES if each.unit == CURRENCY},
    ORDERS: {"revenue", "discount", "refund"},
    TOUCHPOINTS: {"cost", "value"},
    RATES: set(),
}
#: Why a column is not used that is something in a file of another kind.
_OTHER_KIND: Final = "Rows of this kind do not have it."
#: The use that every file of a kind needs.
_DAY: Final = {METRICS: "date", ORDERS: "date", TOUCHPOINTS: "at", RATES: "date"}


class Choice(msgspec.Struct, frozen=True):
    """What a column is; ``channel`` is that of a channel's number, ``reason`` why it is unused."""

    column: str
    use: str
    channel: str = ""
    reason: str = ""


def propose_choices(preview: Preview, kind: str) -> list[Choice]:
    """Return what a file's columns are proposed for; of another kind only what both have."""
    own = preview.proposal["kind"]
    proposed = {
        choice.column: choice
        for each in _read_mapping(preview.proposal)
        if (choice := _as_kind(each, own, kind)).use in _LABELS[kind]
    }
    reasons = {use.column: use.reason or _OTHER_KIND for use in preview.uses}
    return [
        proposed.get(column) or Choice(column, "", reason=reasons.get(column, ""))
        # Of columns of one name one is mapped.
        for column in dict.fromkeys(preview.columns)
    ]


def read_choices(posted: Any) -> list[Choice]:
    """Return what was chosen for each column, as the page's lists have it."""
    lists = (posted.getlist(name) for name in ("column", "use", "channel"))
    return [Choice(*chosen) for chosen in zip(*lists, strict=False)]


def keep_choices(
    proposed: list[Choice], chosen: list[Choice], *, before: str, kind: str
) -> list[Choice]:
    """Return the proposed choices, and in their place those that were made ``before`` of a kind."""
    made = {
        each.column: choice
        for each in chosen
        if each.use and (choice := _as_kind(each, before, kind)).use in _LABELS[kind]
    }
    return [made.get(each.column, each) for each in proposed]


def needs_currency(choices: Iterable[Choice], kind: str) -> bool:
    """Return whether amounts or rates are used, and no column says of which currency."""
    uses = {choice.use for choice in choices}
    if kind == RATES:
        return "base" not in uses
    return bool(uses & _AMOUNTS[kind]) and "currency" not in uses


def read_answers(posted: Any, options: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the options, with what was answered to questions and without what to ask again."""
    answered = {name: dict(option) for name, option in options.items()}
    for number, column in enumerate(posted.getlist("asked")):
        option, _, value = posted.get(f"answer-{number}", "").partition(" ")
        if value and option in CHOICES:
            answered.setdefault(column, {})[option] = value
    answered.pop(posted.get("forget", ""), None)
    return answered


def add_empty(
    options: dict[str, dict[str, str]], choices: Iterable[Choice], empty: str
) -> dict[str, dict[str, str]]:
    """Return the options, and what an ``empty`` cell is in each column that is used.

    By column, since a column may have the name of an option.
    """
    if not empty:
        return options
    used = {
        each.column: {"empty": empty, **options.get(each.column, {})}
        for each in choices
        if each.use
    }
    return {**options, **used}


def map_choices(choices: Sequence[Choice], *, kind: str, **given: Any) -> AnyMapping:
    """Return the mapping that people chose; ``given`` are its fields that are no columns.

    Raises:
        CsvMappingError: no column is the day, or two columns have the same use.
    """
    own: dict[str, str] = {}
    channels: dict[str, dict[str, str]] = {}
    errors = []
    for choice in (each for each in choices if each.use != _OF_NAME):
        is_of_channel = kind == METRICS and choice.use in _OF_CHANNELS
        name = clean_name(choice.channel) if is_of_channel else ""
        fields = channels.setdefault(fold(name), {"name": name}) if name else own
        if choice.use in fields:
            label = _LABELS[kind].get(choice.use, choice.use)
            what = f"{label} of '{name}'" if name else label
            message = f"'{fields[choice.use]}' and '{choice.column}' are both the {what}."
            errors.append({"field": choice.column, "message": message})
        elif choice.use:
            fields[choice.use] = choice.column
    if _DAY[kind] not in own:
        errors.append({"field": "", "message": "Say which column is the day."})
    if errors:
        raise CsvMappingError(errors=errors)
    if kind == ORDERS and "order" in own:
        own.setdefault("customer", own["order"])
    lists: dict[str, Any] = {"channels": [*channels.values()]} if channels else {}
    if kind == RATES:
        given, lists = _as_rates(given), _find_currencies(choices)
    try:
        return make_mapping({"kind": kind, **given, **own, **lists})
    except CsvMappingError as error:
        names = [channel["name"] for channel in channels.values()]
        raise CsvMappingError(
            errors=[_in_words(each, names, kind) for each in error.errors]
        ) from error


def _as_rates(given: dict[str, Any]) -> dict[str, Any]:
    """Return fields of a mapping in which the one currency is what rates are of."""
    return {"base" if name == "currency" else name: value for name, value in given.items()}


def _find_currencies(choices: Iterable[Choice]) -> dict[str, Any]:
    """Return the columns of rates that are called by their currencies.

    Raises:
        CsvMappingError: one is called otherwise.
    """
    named = [each.column for each in choices if each.use == _OF_NAME]
    errors = [
        {"field": name, "message": f"'{name}' is no currency's code such as USD."}
        for name in named
        if name.strip().upper() not in CURRENCIES
    ]
    if errors:
        raise CsvMappingError(errors=errors)
    columns = [{"currency": name.strip().upper(), "rate": name} for name in named]
    return {"currencies": columns} if columns else {}


def _in_words(error: dict[str, Any], channels: list[str], kind: str) -> dict[str, Any]:
    """Return a mapping's error with the words of the page in place of the mapping's field."""
    first, *rest = error["field"].split(".")
    place = {"mapping": "", **_LABELS[kind]}.get(first, first)
    if first == "channels":
        place = f"channel {channels[int(rest[0])]}" if rest else ""
    elif first == "options":
        place = ".".join(rest)
    return {**error, "field": place}


def _as_kind(choice: Choice, kind: str, other: str) -> Choice:
    """Return a choice of a file of a kind as one of another kind, whose day has another name."""
    if choice.use == _DAY[kind]:
        return msgspec.structs.replace(choice, use=_DAY[other])
    return choice


def _read_mapping(mapping: dict[str, Any]) -> Iterator[Choice]:
    labels = _LABELS[mapping["kind"]]
    for use, column in mapping.items():
        if use in labels and column:
            yield Choice(str(column), use)
    for channel in mapping.get("channels", ()):
        for use, column in channel.items():
            if use != "name" and column:
                yield Choice(column, use, channel["name"])
    for each in mapping.get("currencies", ()):
        yield Choice(each["rate"], _OF_NAME)
