"""Masks what files say of customers, wherever a cell is shown."""

from __future__ import annotations

import re
from typing import Final

from apps.integrations.imports.reading.mapping import AnyMapping, MetricsMapping
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.refusals import RowError, shown
from apps.integrations.imports.reading.tables.table import Table

MASK: Final = "•••"
_ADDRESS: Final = re.compile(r"[^\s@<>()\"',;:|]+@[^\s@<>()\"',;:|]+")
#: Headers of what people are called, where they live, and how they are reached.
_PERSONAL: Final = re.compile(
    r"\be-?mails?\b|\bphone\b|\bmobile\b|\btelefon|\bfax\b|\bcustomers?\b|\bkund(e|in|en)\b|\bbuyer\b|"
    r"\b(first|last|full|given|family|user) ?name\b|\b(vor|nach|benutzer)name\b|\bclient\b|"
    r"\b(billing|shipping|delivery|recipient|cardholder|card)\b.*\b(name|street|address|company|city|"
    r"zip|post ?code|province|state|country|phone|e-?mail)\b|\baddress\b|\bstreet\b|\badresse\b|"
    r"\bstra(ß|ss)e\b|\bplz\b|\bpostcode\b|\bzip\b|\bip\b|\bprofile id\b|\bperson id\b",
    re.IGNORECASE,
)


def find_personal(table: Table, mapping: AnyMapping | None) -> frozenset[int]:
    """Return where the columns are that say who customers are: the mapped one, and known ones."""
    personal = {
        position
        for position, name in enumerate(table.columns)
        if _PERSONAL.search(fold_column(name).replace("_", " "))
    }
    columns = mapping.columns() if mapping is not None else {}
    for field, column in columns.items():
        position = table.find(column)
        if position is None or column == columns.get("order"):
            # Where nothing says who customers are, each order's number stands for one.
            continue
        if field == "customer":
            personal.add(position)
        elif isinstance(mapping, MetricsMapping):
            # What people map as a channel or a campaign is none of a customer's.
            personal.discard(position)
    return frozenset(personal)


def mask_cell(cell: str, *, is_personal: bool) -> str:
    """Return a cell as it may be shown: without what it says of customers."""
    return MASK if cell and (is_personal or _ADDRESS.search(cell)) else cell


def make_error(line: int, column: str, cell: str, message: str, *, is_personal: bool) -> RowError:
    """Return the error of a cell, which its message may quote, as it may be shown."""
    value = mask_cell(cell, is_personal=is_personal)
    if value != cell:
        for text in (cell, cell.strip()):
            message = message.replace(f"'{shown(text)}'", f"'{MASK}'")
    return RowError(line=line, column=column, value=shown(value), message=message)
