"""The euro's reference rates, as the European Central Bank's files have them.

The one of all days has ``Date,USD,JPY,…`` above a line for each day, ``2026-11-27,1.0543,…``, and
``N/A`` where a currency had no rate; the one of a day writes ``27 November 2026`` and spaces behind
its commas. Both end each line with a comma.
Source: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from apps.integrations.rates.messages import RateInput

BASE: Final = "EUR"
_NOTHING: Final = ("", "N/A")


class SheetError(ValueError):
    """A file is not one of these; the words name the line."""


def read_sheet(lines: Iterable[str]) -> Iterator[RateInput]:
    """Yield the rates of a file.

    Raises:
        SheetError: a line is not as such files have it.
    """
    rows = csv.reader(lines)
    head = [name.strip() for name in next(rows, [])]
    if head[:1] != ["Date"]:
        raise SheetError("line 1 does not begin with 'Date', as the bank's files do")
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        day = _read_day(row[0].strip(), number)
        for name, cell in zip(head[1:], row[1:], strict=False):
            if name and cell.strip() not in _NOTHING:
                rate = _read_rate(cell.strip(), name, number)
                yield RateInput(date=day, base=BASE, currency=name, rate=rate)


def _read_day(text: str, number: int) -> date:
    for form in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise SheetError(f"line {number}: '{text[:40]}' is no day such as 2026-11-27")


def _read_rate(text: str, name: str, number: int) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise SheetError(f"line {number}: '{text[:40]}' is no rate of {name[:40]}") from error
