"""What each column of a file is: as it is proposed, as people choose it, and as a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from apps.integrations.contract import MEASURES
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading import AnyMapping, Preview, make_mapping
from omnify.names import clean_name, fold

METRICS, ORDERS = "metrics", "orders"
_UNUSED: Final = ("", "not imported")
_OF_CHANNELS: Final = tuple(each.channel_field for each in MEASURES if each.channel_field)
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
        *((field, field.replace("_", " ")) for field in _OF_CHANNELS),
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
}
_LABELS: Final = {use: label for uses in USES.values() for use, label in uses}


class Choice(msgspec.Struct, frozen=True):
    """What a column is; ``channel`` is that of a channel's number, ``reason`` why it is unused."""

    column: str
    use: str
    channel: str = ""
    reason: str = ""


def propose_choices(preview: Preview) -> list[Choice]:
    """Return what a file's columns are proposed for."""
    proposed = {choice.column: choice for choice in _read_mapping(preview.proposal)}
    reasons = {use.column: use.reason for use in preview.uses}
    return [
        proposed.get(column) or Choice(column, "", reason=reasons.get(column, ""))
        for column in preview.columns
    ]


def read_choices(posted: Any) -> list[Choice]:
    """Return what was chosen for each column, as the page's lists have it."""
    lists = (posted.getlist(name) for name in ("column", "use", "channel"))
    return [Choice(*chosen) for chosen in zip(*lists, strict=False)]


def read_options(posted: Any) -> dict[str, dict[str, str]]:
    """Return what was answered to questions, by column."""
    options: dict[str, dict[str, str]] = {}
    for column, answer in zip(posted.getlist("asked"), posted.getlist("answer"), strict=False):
        option, _, value = answer.partition(" ")
        if value:
            options.setdefault(column, {})[option] = value
    return options


def map_choices(choices: Iterable[Choice], **given: Any) -> AnyMapping:
    """Return the mapping that people chose; ``given`` are its fields that are no columns.

    Raises:
        CsvMappingError: no column is the day, or two columns have the same use.
    """
    own: dict[str, str] = {}
    channels: dict[str, dict[str, str]] = {}
    errors = []
    for choice in choices:
        name = clean_name(choice.channel) if choice.use in _OF_CHANNELS else ""
        fields = channels.setdefault(fold(name), {"name": name}) if name else own
        if choice.use in fields:
            what = f"{choice.use} of '{name}'" if name else _LABELS.get(choice.use, choice.use)
            message = f"'{fields[choice.use]}' and '{choice.column}' are both the {what}."
            errors.append({"field": choice.column, "message": message})
        elif choice.use:
            fields[choice.use] = choice.column
    if "date" not in own:
        errors.append({"field": "date", "message": "Say which column is the day."})
    if errors:
        raise CsvMappingError(errors=errors)
    lists = {"channels": [*channels.values()]} if channels else {}
    return make_mapping({**given, **own, **lists})


def _read_mapping(mapping: dict[str, Any]) -> Iterator[Choice]:
    for use, column in mapping.items():
        if use in _LABELS:
            yield Choice(str(column), use)
    for channel in mapping.get("channels", ()):
        for use, column in channel.items():
            if use != "name":
                yield Choice(column, use, channel["name"])
