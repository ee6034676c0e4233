"""Measure how fast files are read and imported, beside a bare ``csv.reader``; and their memory.

``python -m benchmarks.files sorted 5000000`` measures one shape of metrics at one size.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import gcd
from pathlib import Path
from typing import Any

from benchmarks.events import database, run_child
from tests.apps.integrations.imports.bad_files import BAD_FILES as SMALL_BAD_FILES
from tests.apps.integrations.imports.bad_files import HEADER

ROWS = 50_000
_FIRST = date(2016, 1, 1)
_ENTITIES = 1370
_CHANNELS = ("search", "social", "video", "mail", "tv")
_GOOD_ROW = "2026-01-01,1,1\n"
_LONG = {
    "date": "day",
    "currency": "EUR",
    "channel": "channel",
    "campaign": "campaign",
    "spend": "spend",
    "clicks": "clicks",
}


def _long_row(number: int) -> str:
    day = _FIRST + timedelta(days=number // _ENTITIES)
    entity = number % _ENTITIES
    channel = _CHANNELS[entity % len(_CHANNELS)]
    return f"{day},{channel},spring {entity:04},{number % 97}.{number % 90 + 10},{number % 1009}\n"


def _wide_row(number: int) -> str:
    day = _FIRST + timedelta(days=number // _ENTITIES)
    cells = ",".join(f"{(number + at) % 97}.{at}5" for at in range(len(_CHANNELS)))
    return f"{day},spring {number % _ENTITIES:04},{cells}\n"


def _order_row(number: int) -> str:
    day = _FIRST + timedelta(days=number // _ENTITIES)
    return f"{number:07},{day},c{number * 7919 % 100_003},{number % 97}.{number % 90 + 10}\n"


def _touch_row(number: int) -> str:
    day = _FIRST + timedelta(days=number // _ENTITIES)
    return (
        f"{day},c{number * 7919 % 100_003},{_CHANNELS[number % len(_CHANNELS)]},0.{number % 90}\n"
    )


class Shape:
    """A kind of file: its header, its rows by number, and its mapping."""

    def __init__(
        self, header: str, row: Callable[[int], str], mapping: dict[str, Any], *, is_sorted: bool
    ) -> None:
        self.header = header
        self.row = row
        self.mapping = mapping
        self.is_sorted = is_sorted

    def write(self, path: Path, rows: int) -> None:
        """Write a file of so many rows."""
        step = 1
        if not self.is_sorted:
            step = next(each for each in range(rows // 3 * 2, rows) if gcd(each, rows) == 1)
        with path.open("w") as file:
            file.write(f"{self.header}\n")
            file.writelines(self.row(number * step % rows) for number in range(rows))


_LONG_HEADER = "day,channel,campaign,spend,clicks"
SHAPES = {
    "sorted": Shape(_LONG_HEADER, _long_row, _LONG, is_sorted=True),
    "unsorted": Shape(_LONG_HEADER, _long_row, _LONG, is_sorted=False),
    "wide": Shape(
        f"day,campaign,{','.join(_CHANNELS)}",
        _wide_row,
        {
            "date": "day",
            "currency": "EUR",
            "campaign": "campaign",
            "channels": [{"name": name, "spend": name} for name in _CHANNELS],
        },
        is_sorted=True,
    ),
    "orders": Shape(
        "order,day,customer,revenue",
        _order_row,
        {
            "kind": "orders",
            "date": "day",
            "currency": "EUR",
            "order": "order",
            "customer": "customer",
            "revenue": "revenue",
        },
        is_sorted=True,
    ),
    "touchpoints": Shape(
        "day,customer,channel,cost",
        _touch_row,
        {
            "kind": "touchpoints",
            "at": "day",
            "currency": "EUR",
            "customer": "customer",
            "channel": "channel",
            "cost": "cost",
        },
        is_sorted=True,
    ),
}


#: Files made to break readers, of the sizes that they are said to have.
BAD_FILES: dict[str, Callable[[], Any]] = {
    **{name: make for name, (make, _) in SMALL_BAD_FILES.items()},
    "100,000 columns": lambda: ",".join(["day", "sales", "tv", *map(str, range(100_000))]),
    "a line of 50 MB": lambda: f"{HEADER}\n{'1' * 50_000_000}\n",
    "an open quote, 50 MB": lambda: f'{HEADER}\n2026-01-01,"1,1\n' + 3_300_000 * _GOOD_ROW,
}


def main() -> None:
    """Read a file of each shape, and files made to break readers."""
    for name in SHAPES:
        measure(name, ROWS)
    bare = _measure_inserts(ROWS)
    for name in ("sorted", "unsorted"):
        measure_import(name, ROWS, bare)
    for name in BAD_FILES:
        found = run_child("benchmarks.files_child", "refuse", "", "", name, "")
        print(
            f"{name:<30} refused after {found['seconds']:.2f} s (goal: 1),"
            f" {found['megabytes']:.0f} MB above idle"
        )


def measure(name: str, rows: int) -> None:
    """Print how fast and in how much memory a file is read, beside the bare reader."""
    with _file(name, rows) as path:
        found = run_child("benchmarks.files_child", "read", "", "", name, str(path))
    bare, own = rows / found["bare"], rows / found["own"]
    print(
        f"{name:<12}{rows:>10,} rows read: {own:8,.0f} rows/s   csv.reader {bare:10,.0f}"
        f"   {own / bare:.2f}   {found['megabytes']:.0f} MB above idle (goal: 200)",
        flush=True,
    )


def measure_import(name: str, rows: int, bare: float) -> None:
    """Print how fast and in how much memory a job imports a file, beside the bare inserts."""
    with _file(name, rows) as path, database("") as url:
        found = run_child("benchmarks.files_child", "import", url, "", name, str(path))
    own = rows / found["seconds"]
    print(
        f"{name:<12}{rows:>10,} rows imported: {own:8,.0f} rows/s   bare inserts {bare:8,.0f}"
        f"   {own / bare:.2f} (goal: 0.3)   {found['megabytes']:.0f} MB above idle (goal: 200)"
        f"   undone: {rows / found['undone']:8,.0f} rows/s",
        flush=True,
    )


def _measure_inserts(rows: int) -> float:
    """Return how many rows a second are read by ``csv.reader`` and inserted by ``bulk_create``."""
    with _file("sorted", rows) as path, database("") as url:
        found = run_child("benchmarks.files_child", "insert", url, "", "sorted", str(path))
    return rows / found["seconds"]


@contextlib.contextmanager
def _file(name: str, rows: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        SHAPES[name].write(path, rows)
        yield path


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]))
    measure_import(sys.argv[1], int(sys.argv[2]), _measure_inserts(ROWS))
