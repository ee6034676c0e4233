"""Files of exchange rates that are known by their headers: the European Central Bank's, long ones.

The bank's have ``Date,USD,JPY,…`` above a line a day, with what one euro was worth.
Source: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import re
from typing import Any, Final

from apps.integrations.imports.reading.samples import Sample
from apps.integrations.imports.reading.tables.table import Table
from omnify.money import CURRENCIES

BANK: Final = "ECB"
_CODE: Final = re.compile("[A-Z]{3}")
_OF_BANK: Final = frozenset(["USD", "JPY"])
_EURO: Final = "EUR"
#: What long files call their columns.
_LONG: Final = {
    "base": ("base", "base currency", "from", "from currency", "source currency"),
    "currency": ("currency", "quote currency", "quote", "to", "to currency", "target currency"),
    "rate": ("rate", "exchange rate", "fx rate", "value"),
}


def find_rates(table: Table, sample: Sample) -> dict[str, Any] | None:
    """Return the fields of a mapping of rates, None where the table is of none."""
    day = table.positions.get("date", table.positions.get("day"))
    if day is None or not sample.is_of_days(day):
        return None
    fields = _find_wide(table) or _find_long(table, sample)
    return {"kind": "rates", "date": table.columns[day], **fields} if fields else None


def _find_wide(table: Table) -> dict[str, Any] | None:
    """Return the columns of the bank's files; those of currencies that are no more are left."""
    names = [name for name in table.columns if name and name.casefold() != "date"]
    if not all(map(_CODE.fullmatch, names)) or not set(names) >= _OF_BANK or _EURO in names:
        return None
    known = [name for name in dict.fromkeys(names) if name in CURRENCIES]
    return {
        "source": BANK,
        "base": _EURO,
        "currencies": [{"currency": name, "rate": name} for name in known],
    }


def _find_long(table: Table, sample: Sample) -> dict[str, Any] | None:
    found = {
        field: next((table.positions[each] for each in names if each in table.positions), None)
        for field, names in _LONG.items()
    }
    at = {field: position for field, position in found.items() if position is not None}
    if len(at) < len(_LONG) or not sample.is_number(at["rate"]):
        return None
    if not all(sample.has_currency_codes(at[field]) for field in ("base", "currency")):
        return None
    return {field: table.columns[position] for field, position in at.items()}
