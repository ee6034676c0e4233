"""From a file's columns to a mapping: what people choose, and what names suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.files.mapping import CHANNEL_FIELDS

DATE, SHOP_REVENUE, UNUSED = "date", "shop_revenue", ""
#: What a column may be used for, and how it is called.
USES: Final = (
    (UNUSED, "not imported"),
    (DATE, "day"),
    (SHOP_REVENUE, "revenue of the shop"),
    ("spend", "spend of a channel"),
    ("impressions", "impressions of a channel"),
    ("clicks", "clicks of a channel"),
    ("conversions", "conversions of a channel"),
    ("reach", "reach of a channel"),
    ("revenue", "revenue that a channel claims"),
)
_WHOLE = {"date": DATE, "day": DATE, "revenue": SHOP_REVENUE, "sales": SHOP_REVENUE}
_OF_A_CHANNEL = re.compile(
    r"(?P<channel>.+?)[ _-]+(?P<field>spend|cost|impressions|clicks|conversions|reach)",
    re.IGNORECASE,
)


class ColumnUse(msgspec.Struct, frozen=True):
    """What a column is used for; ``channel`` is empty unless it is a channel's."""

    column: str
    use: str
    channel: str = ""


def suggest_uses(columns: Iterable[str]) -> list[ColumnUse]:
    """Uses for columns with plain names such as ``date``, ``revenue`` and ``tv_spend``.

    Whatever is less plain stays unused: a person says what it is.
    """
    return [_suggest(column) for column in columns]


def mapping_text(uses: Iterable[ColumnUse], *, currency: str, source: str) -> str:
    """The mapping's JSON text, for ``parse_mapping``.

    Raises:
        CsvMappingError: a use that there is once was chosen twice, or never.
    """
    whole: dict[str, str] = {}
    channels: dict[str, dict[str, str]] = {}
    errors = []
    for chosen in uses:
        if chosen.use in CHANNEL_FIELDS:
            name = chosen.channel.strip()
            fields, label = channels.setdefault(name, {"name": name}), f"{chosen.use} of '{name}'"
        elif chosen.use in (DATE, SHOP_REVENUE):
            fields, label = whole, dict(USES)[chosen.use]
        else:
            continue
        if chosen.use in fields:
            message = f"'{fields[chosen.use]}' and '{chosen.column}' are both the {label}."
            errors.append({"field": chosen.column, "message": message})
        fields[chosen.use] = chosen.column
    if DATE not in whole:
        errors.append({"field": "date", "message": "Say which column is the day."})
    if errors:
        raise CsvMappingError(errors=errors)
    mapping: dict[str, Any] = {
        "date": whole[DATE],
        "currency": currency,
        "source": source,
        "channels": list(channels.values()),
    }
    if SHOP_REVENUE in whole:
        mapping["revenue"] = whole[SHOP_REVENUE]
    return msgspec.json.encode(mapping).decode()


def _suggest(column: str) -> ColumnUse:
    whole = _WHOLE.get(column.lower())
    if whole is not None:
        return ColumnUse(column, whole)
    found = _OF_A_CHANNEL.fullmatch(column)
    if found is None:
        return ColumnUse(column, UNUSED)
    field = found["field"].lower()
    return ColumnUse(column, "spend" if field == "cost" else field, found["channel"])
