"""Write LinkedIn's queries: parentheses and commas are its syntax, and stand as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote


def write_query(path: str, parameters: dict[str, str]) -> str:
    """Return an address whose values are written already."""
    return f"/rest/{path}?{'&'.join(f'{name}={value}' for name, value in parameters.items())}"


def write_list(values: Iterable[str]) -> str:
    """Return a list; what of a value is syntax is encoded."""
    return f"List({','.join(quote(value, safe='') for value in values)})"


def write_days(first: date, last: date) -> str:
    """Return a range of days, both included."""
    return f"(start:{_write_day(first)},end:{_write_day(last)})"


def write_urn(kind: str, own: str) -> str:
    """Return LinkedIn's name of a thing."""
    return f"urn:li:{kind}:{own}"


def read_id(urn: str) -> str:
    """Return the id at the end of a name."""
    return urn.rpartition(":")[2]


def _write_day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"
