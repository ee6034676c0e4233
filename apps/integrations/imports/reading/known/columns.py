"""Columns that are known by name: the last day of a row, and names of what a row is about."""

from __future__ import annotations

import re
from typing import Final

from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.tables.table import Table

#: Words of a column of first days, and those of the column of last days beside it.
_ENDS: Final = {
    "starts": ("ends",),
    "start": ("end",),
    "started": ("ended",),
    "begin": ("end",),
    "beginning": ("end", "ending"),
    "from": ("to", "until"),
    "first": ("last",),
    "von": ("bis",),
    "beginn": ("ende",),
    "anfang": ("ende",),
    "startdatum": ("enddatum",),
    "berichtsstart": ("berichtsende",),
    "début": ("fin",),
    "inicio": ("fin", "finalización"),
    "inizio": ("fine",),
    "início": ("término", "fim"),
}
_NAMES: Final = frozenset(
    [
        *("campaign", "campaign name", "campaign group name", "campaign id", "kampagne"),
        *("kampagnenname", "campagne", "nom de la campagne", "campaña", "nombre de la campaña"),
        *("ad set name", "ad set", "ad group", "ad group name", "adgroup", "anzeigengruppe"),
        *("anzeigengruppenname", "name der anzeigengruppe", "adset name", "asset group"),
        *("ad name", "ad", "anzeige", "anzeigenname", "name der anzeige", "creative name"),
        *("account", "account name", "kontoname", "konto", "customer", "advertiser"),
        *("keyword", "search term", "creative", "placement", "line item", "insertion order"),
    ]
)
_WORD = re.compile(r"[^\W\d_]+")


def find_end(table: Table, start: str) -> int | None:
    """Return the column of last days that stands beside a column of first days."""
    folded = fold_column(start)
    for word in _WORD.findall(folded):
        for end in _ENDS.get(word, ()):
            position = table.positions.get(re.sub(rf"\b{word}\b", end, folded, count=1))
            if position is not None:
                return position
    return None


def find_names(table: Table) -> tuple[int, ...]:
    """Return the columns whose cells name what a row is about: its campaign, its ad."""
    return tuple(position for name, position in table.positions.items() if name in _NAMES)
