"""Finds the quote that was opened and not closed."""

from __future__ import annotations

from collections.abc import Iterable


def find_open_quote(lines: Iterable[str], delimiter: str) -> int | None:
    """Return which of a record's lines, counted from one, opens the quote that is open at its end.

    None if none is open.
    """
    opened = 0
    is_quoted = False
    for number, line in enumerate(lines, start=1):
        at_start = True
        position = 0
        while position < len(line):
            character = line[position]
            position += 1
            if is_quoted:
                if character == '"' and line[position : position + 1] == '"':
                    position += 1
                elif character == '"':
                    is_quoted = at_start = False
            elif character == '"' and at_start:
                is_quoted, opened = True, number
            elif character == delimiter:
                at_start = True
            elif character != " ":
                at_start = False
    return opened if is_quoted else None
