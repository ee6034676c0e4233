"""Finds what the number formats of a workbook's cells show beside numbers: currencies, percents."""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, NoReturn
from xml.parsers import expat

from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.tables.locales import narrow

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BLOCK: Final = 1 << 20
PERCENT: Final = "%"
#: Formats of percents that workbooks need not define.
_PERCENTS: Final = frozenset(("9", "10"))
_DIGITS: Final = "0123456789"
#: The groups of styles in which formats are: those of cells have the number of each one's own.
_GROUPS: Final = frozenset(("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"))
#: A piece of a number format: ``[$sign-locale]``, other brackets, spaces as wide as or filled
#: with a character; literal characters in quotes, after a backslash or as they are.
_PIECE: Final = re.compile(
    r'\[\$(?P<sign>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]|\[[^\]]*\]|[_*].|"(?P<quoted>[^"]*)"|\\(?P<escaped>.)'
    r"|(?P<plain>[^0#?.,;%\s()+\-/@])|(?P<end>;)|(?P<percent>%)|.",
    re.DOTALL,
)
_Attributes = dict[str, str]


class Marks:
    """What is shown beside a sheet's numbers, such as a currency; columns count from zero."""

    def __init__(self) -> None:
        self._rows: dict[int, array[int]] = {}
        self._marks: dict[int, list[str]] = {}

    def begin(self, row: int, column: int, mark: str) -> None:
        """Take in that a column has a mark from a row on, below those known so far."""
        self._rows.setdefault(column, array("L")).append(row)
        self._marks.setdefault(column, []).append(mark)

    def find(self, row: int, column: int) -> str:
        """Return the mark of a cell, empty without one."""
        at = bisect_right(self._rows[column], row) - 1
        return self._marks[column][at] if at >= 0 else ""

    def columns(self) -> Iterator[int]:
        """Yield the columns that have marks."""
        yield from self._rows


def find_marks(file: BinaryIO, sheet: str) -> Marks:
    """Return the marks of a workbook's sheet; cells are looked at if a format has one.

    Raises:
        CsvInvalidError: a part of the workbook is no XML, or has entities of its own.
    """
    marks = Marks()
    with zipfile.ZipFile(file) as archive:
        parts = {name.casefold(): name for name in archive.namelist()}
        if _WORKBOOK not in parts or _RELATIONS not in parts:
            return marks
        sheet_part, styles_part = _find_parts(archive, parts, sheet)
        if sheet_part in parts and styles_part in parts:
            by_style = _read_styles(archive, parts[styles_part])
            if by_style:
                _read_cells(archive, parts[sheet_part], by_style, marks)
    return marks


def find_mark(number_format: str) -> str:
    """Return the sign or code of a currency that a number format has, or a percent sign."""
    literal = ""
    for piece in _PIECE.finditer(number_format + ";"):
        text = piece["quoted"] or piece["escaped"] or piece["plain"]
        if text is not None:
            literal += text
            continue
        if piece["percent"]:
            return PERCENT
        sign = narrow((piece["sign"] or "").strip(), piece["locale"] or "")
        for mark in (literal.strip(), sign):
            if find_currencies(mark):
                return mark
        if piece["end"]:
            break
        literal = ""
    return ""


def _find_parts(
    archive: zipfile.ZipFile, parts: dict[str, str], sheet: str
) -> tuple[str | None, str | None]:
    """Return where a sheet and the styles are."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}
    types: dict[str, str] = {}

    def take_sheet(name: str, attributes: _Attributes) -> None:
        if name == "sheet":
            local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            ids.setdefault(local.get("name", ""), local.get("id", ""))

    def take_relation(name: str, attributes: _Attributes) -> None:
        if name == "Relationship":
            path = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = path.lstrip("/").casefold()
            types[attributes.get("Type", "").rpartition("/")[2]] = attributes.get("Id", "")

    _parse(archive, parts[_WORKBOOK], take_sheet)
    _parse(archive, parts[_RELATIONS], take_relation)
    return targets.get(ids.get(sheet, "")), targets.get(types.get("styles", ""))


def _read_styles(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the marks of those cells' styles that have one, by the style's number."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    group = ""

    def take(name: str, attributes: _Attributes) -> None:
        nonlocal group
        if name in _GROUPS:
            group = name
        elif name == "numFmt" and group == "numFmts":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and group == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))

    _parse(archive, part, take)
    found = {number: mark for number, each in formats.items() if (mark := find_mark(each))}
    found = dict.fromkeys(_PERCENTS.difference(formats), PERCENT) | found
    return {str(at): found[each] for at, each in enumerate(styles) if each in found}


def _read_cells(
    archive: zipfile.ZipFile, part: str, by_style: dict[str, str], marks: Marks
) -> None:
    current: dict[str, str] = {}

    def take(name: str, attributes: _Attributes) -> None:
        reference = attributes.get("r", "") if name == "c" else ""
        letters = reference.rstrip(_DIGITS)
        if not letters:
            return
        mark = by_style.get(attributes.get("s", "0"), "")
        if mark != current.get(letters, ""):
            current[letters] = mark
            marks.begin(int(reference[len(letters) :]), _column_of(letters), mark)

    _parse(archive, part, take)


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _parse(archive: zipfile.ZipFile, part: str, take: Callable[[str, _Attributes], None]) -> None:
    """Give each element of a part, by its name without a prefix, as the part is unpacked."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: take(name.rpartition(":")[2], attributes)
    parser.EntityDeclHandler = _refuse_entity
    try:
        with archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)  # noqa: FBT003 - takes no names
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError) as error:
        raise refusal(1, f"The workbook cannot be read: {error} of {part}.") from error


def _refuse_entity(*_: object) -> NoReturn:
    raise refusal(1, "The workbook defines entities of its own; save it as CSV.")
