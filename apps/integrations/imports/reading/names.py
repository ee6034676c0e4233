"""Names in files: of columns, which are compared loosely, and of channels and campaigns."""

from __future__ import annotations

import unicodedata

from omnify.names import find_name_problem, fold


def column_name(cell: str) -> str:
    """Return a column's name as it is shown: composed, in one line, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", cell).split())


def fold_column(name: str) -> str:
    """Return what spellings of one column's name have in common."""
    return fold(column_name(name))


def find_problem(name: str, longest: int) -> str:
    """Return what keeps a cleaned text from naming something, empty when nothing does."""
    if not name or len(name) > longest:
        return f"It has to have 1 to {longest} characters."
    if name[0] in "=+-@":
        return f"'{name[:longest]}' begins like a spreadsheet formula; begin with a letter."
    return find_name_problem(name)
