"""Finds what separates a text file's cells, by what parses its table best."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.tables.headers import SEARCHED_ROWS, Header, find_header
from apps.integrations.imports.reading.tables.text import Source

_DELIMITERS: Final = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[,;\t|]*\n?', re.IGNORECASE)
_SAMPLE_LINES: Final = 1000
_SAMPLE_CHARACTERS: Final = 400_000
#: Cells that end in a quote and then spaces: most writers put none there.
_SPACED_QUOTE = re.compile(r'"[ ]+(?=[,;\t|]|\n|$)')


class Dialect(msgspec.Struct, frozen=True):
    """How a text file writes a table: its delimiter, and which row is the header."""

    delimiter: str
    header: Header | None
    has_separator_line: bool = False
    has_spaced_quotes: bool = False

    def rows(self, lines: Iterator[str], *, is_strict: bool = True) -> Any:
        """Return the reader of all rows, titles and header included."""
        if self.has_spaced_quotes:
            lines = (_SPACED_QUOTE.sub('"', line) for line in lines)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=is_strict)


def find_dialect(source: Source, wanted: Collection[str] = ()) -> Dialect:
    """Return the dialect that splits the file's first lines into the best table."""
    sample = _sample(source)
    separator = _SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
    delimiters = (separator[1],) if separator else _DELIMITERS
    has_spaced_quotes = any(_SPACED_QUOTE.search(line) for line in sample)
    dialects = [
        _try(Dialect(each, None, bool(separator), has_spaced_quotes), sample, wanted)
        for each in delimiters
    ]
    return max(dialects, key=_quality)


def _sample(source: Source) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in islice(source.lines(), _SAMPLE_LINES):
        sample.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    return sample


def _try(dialect: Dialect, sample: list[str], wanted: Collection[str]) -> Dialect:
    rows: list[list[str]] = []
    try:
        # Leniently: the sample may end within a quoted cell.
        rows.extend(islice(dialect.rows(iter(sample), is_strict=False), SEARCHED_ROWS))
    except csv.Error:
        return dialect
    if dialect.has_separator_line:
        rows[0] = []
    return msgspec.structs.replace(dialect, header=find_header(rows, wanted))


def _quality(dialect: Dialect) -> tuple[int, int, int]:
    header = dialect.header
    return (header.names, header.values, header.width) if header is not None else (-1, 0, 0)
