"""From a file's columns to a mapping: what people choose, and what names suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from apps.integrations.contract import MEASURES
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.files.mapping import CHANNEL_FIELDS
from omnify.names import clean_name, fold

DATE, SHOP_REVENUE, UNUSED = "date", "shop_revenue", ""
_CHANNEL_MEASURES: Final = tuple(measure for measure in MEASURES if measure.channel_field)
#: What a column may be used for, and what the import page calls it.
USES: Final = (
    (UNUSED, "not imported"),
    (DATE, "day"),
    (SHOP_REVENUE, "revenue of the shop"),
    *((each.channel_field, f"{each.label.lower()} of a channel") for each in _CHANNEL_MEASURES),
)
_WHOLE: Final = {"date": DATE, "day": DATE, "revenue": SHOP_REVENUE, "sales": SHOP_REVENUE}
_FIELDS: Final = {
    word: each.channel_field for each in _CHANNEL_MEASURES for word in each.column_words
}
_GAP = "[ _-]+"
_OF_A_CHANNEL = re.compile(
    f"(?P<channel>.+?){_GAP}(?P<word>{'|'.join(word.replace(' ', _GAP) for word in _FIELDS)})",
    re.IGNORECASE,
)


class ColumnUse(msgspec.Struct, frozen=True):
    """What a column is used for; ``channel`` is empty unless the column is of a channel."""

    column: str
    use: str
    channel: str = ""


def suggest_uses(columns: Iterable[str]) -> list[ColumnUse]:
    """Return uses for columns with plain names such as ``date``, ``revenue`` and ``tv_spend``.

    Other columns stay unused: a person says what they are.
    """
    return [_suggest(column) for column in columns]


def mapping_text(uses: Iterable[ColumnUse], *, currency: str, source: str) -> str:
    """Return the JSON text of the mapping that people chose, for ``parse_mapping``.

    Raises:
        CsvMappingError: no column is the day, or two columns have the same use.
    """
    whole: dict[str, str] = {}
    channels: dict[str, dict[str, str]] = {}
    errors = []
    for chosen in uses:
        if chosen.use in CHANNEL_FIELDS:
            name = clean_name(chosen.channel)
            fields, label = (
                channels.setdefault(fold(name), {"name": name}),
                f"{chosen.use} of '{name}'",
            )
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
    match = _OF_A_CHANNEL.fullmatch(column)
    if match is None:
        return ColumnUse(column, UNUSED)
    word = re.sub(_GAP, " ", match["word"].lower())
    return ColumnUse(column, _FIELDS[word], match["channel"])
