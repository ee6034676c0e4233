"""Files that are made to break readers."""

from tests.apps.integrations.imports.reading.workbooks import workbook_of
from tests.apps.integrations.requests import GOOD

HEADER = "day,sales,tv"


def bomb():
    """A workbook of 100 KB that unpacks to 120 MB."""
    return workbook_of([["day", "sales", "tv"]], extra={"xl/media/a": b"0" * 120_000_000})


def wide_bomb():
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
    return workbook_of(far)


#: What makes a file, which words its refusal has. Small enough for tests.
BAD_FILES = {
    "a bomb": (bomb, "too large"),
    "a far cell": (wide_bomb, "too large"),
    "a million cells without places": (
        lambda: workbook_of(f"<row>{'<c/>' * 1_100_000}</row>"),
        "too large",
    ),
    "30,000 columns": (
        lambda: f"{HEADER},{','.join(f'c{at}' for at in range(30_000))}\n",
        "30003 columns; at most 2000",
    ),
    "a long line": (lambda: f"{HEADER}\n{'1,' * 450_000}\n", "longer than 300000 characters"),
    "a long cell": (lambda: f"{HEADER}\n2026-01-01,{'1' * 200_000},1\n", "131,072 characters"),
    "a long cell in quotes": (
        lambda: f'{HEADER}\n2026-01-01,"{"1" * 200_000}",1\n',
        "more than 131,072 characters",
    ),
    "an open quote": (lambda: f'{HEADER}\n2026-01-01,"1,1\n' + GOOD * 10, "never closed"),
    "an open quote in a large file": (
        lambda: f'{HEADER}\n2026-01-01,"1,1\n' + "2026-01-01,1,1\n" * 20_000,
        "never closed",
    ),
    "400 digits": (lambda: f"{HEADER}\n2026-01-01,{'1' * 400},1\n", "is too large"),
    "400 places": (lambda: f"{HEADER}\n2026-01-01,0.{'1' * 400},1\n", "is too large"),
    "a great exponent": (lambda: f"{HEADER}\n2026-01-01,1e999999999,1\n", "is not a number"),
    "half a surrogate": (
        lambda: f"{HEADER}\n2026-01-01,1,1".encode() + b"\xed\xa0\x80\n",
        "half surrogate",
    ),
    "half a surrogate in UTF-16": (
        lambda: f"{HEADER}\n2026-01-01,1,1".encode("utf-16") + b"\x00\xd8\n\x00",
        "UTF-16",
    ),
}
