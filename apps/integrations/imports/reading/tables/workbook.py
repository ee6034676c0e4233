"""Reads sheets of XLSX workbooks as rows of text."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, Final

import msgspec

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.refusals import listed, refusal, shown
from apps.integrations.imports.reading.tables.excerpt import cut_workbook
from apps.integrations.imports.reading.tables.formats import PERCENT, Marks, find_marks
from apps.integrations.imports.reading.tables.table import MAX_COLUMNS

#: Limits of what a workbook may unpack to; the library holds all cells of a sheet in memory.
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_CELLS: Final = 1_000_000
MAX_PARTS: Final = 1000
_BLOCK: Final = 1 << 20
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_LONGEST_TAG: Final = 64


def is_workbook(file: BinaryIO) -> bool:
    """Return whether a file is a workbook.

    Raises:
        CsvInvalidError: it is one of Excel's old format.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head == _OLD_EXCEL:
        raise refusal(1, "The file has Excel's old format; save it as XLSX or CSV.")
    return head == _ZIP


def unpacked_bytes(file: BinaryIO) -> int:
    """Return how many bytes a workbook says that it unpacks to, of another file its size.

    A workbook that unpacks to more than it says is refused when it is opened.

    Raises:
        CsvInvalidError: the workbook is damaged.
    """
    if not is_workbook(file):
        return file.seek(0, io.SEEK_END)
    with _refusing_damage(), zipfile.ZipFile(file) as archive:
        return sum(part.file_size for part in archive.infolist())


class SheetRows(msgspec.Struct, frozen=True):
    """The rows of a sheet, or the first ones of a sheet that is cut.

    Numbers have the currency or percent sign beside them that their format shows.
    """

    sheet: Any
    marks: Marks
    is_cut: bool = False

    def chunks(self, size: int) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
        """Yield so many rows at once, with their numbers."""
        rows = self.sheet.iter_rows()
        # The library leaves out what is above the first cell, and left of it.
        above, left = self.sheet.start or (0, 0)
        line = 1 + above
        while chunk := list(islice(rows, size)):
            texts = [[_text_of(cell) for cell in row] for row in chunk]
            for column in self.marks.columns():
                self._write_marks(chunk, texts, line, (column, column - left))
            yield texts, range(line, line + len(chunk))
            line += len(chunk)

    def _write_marks(
        self, chunk: list[list[Any]], texts: list[list[str]], line: int, at: tuple[int, int]
    ) -> None:
        """Write the marks of a column, which the sheet and its rows have at two positions."""
        column, position = at
        for row, (cells, written) in enumerate(zip(chunk, texts, strict=True), start=line):
            if 0 <= position < len(cells) and type(cells[position]) in (int, float):
                mark = self.marks.find(row, column)
                if mark == PERCENT:
                    # As people see it: a rate, no amount.
                    percents = Decimal(written[position]).scaleb(2).normalize()
                    written[position] = f"{percents:f}{PERCENT}"
                elif mark:
                    written[position] += f" {mark}"


def open_workbook(
    file: BinaryIO, sheet: str | None = None, *, most_bytes: int | None = None
) -> SheetRows:
    """Return the rows of a sheet, of the first by default; of a larger file the first rows.

    Raises:
        CsvInvalidError: the file is damaged, or unpacks to too much.
        CsvMappingError: there is no such sheet.
    """
    content, workbook = _load(file, most_bytes)
    name = _find_sheet(workbook.sheet_names, sheet)
    try:
        found = workbook.get_sheet_by_name(name)
    except _failures() as error:
        raise refusal(1, f"The workbook cannot be read: {error}") from error
    with _refusing_damage():
        marks = find_marks(content, name)
    return SheetRows(found, marks, content is not file)


def list_sheets(file: BinaryIO) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, none of another file.

    Raises:
        CsvInvalidError: the workbook is damaged, or unpacks to too much.
    """
    # Without their cells: names are elsewhere.
    return tuple(_load(file, 0)[1].sheet_names) if is_workbook(file) else ()


def _load(file: BinaryIO, most_bytes: int | None) -> tuple[BinaryIO, Any]:
    """Return the file that was read, another one where sheets are cut, and its workbook."""
    import python_calamine

    with _refusing_damage():
        excerpt = cut_workbook(file, most_bytes) if most_bytes is not None else None
        content = file if excerpt is None else excerpt
        _refuse_bombs(content)
    content.seek(0)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content.read()))
    except _failures() as error:
        raise refusal(1, f"The workbook cannot be read: {error}") from error
    return content, workbook


def _failures() -> tuple[type[Exception], ...]:
    import python_calamine

    return python_calamine.CalamineError, python_calamine.XmlError, OSError, ValueError


def _find_sheet(names: list[str], sheet: str | None) -> str:
    if not names:
        raise refusal(1, "The workbook has no sheet.")
    if sheet is None:
        return names[0]
    for name in names:
        if name.strip().casefold() == sheet.strip().casefold():
            return name
    raise refused_sheet(f"There is no sheet '{shown(sheet)}'; there are {listed(names)}.")


def refused_sheet(message: str) -> CsvMappingError:
    """Return the refusal of a sheet that a mapping names."""
    return CsvMappingError(errors=[{"field": "sheet", "message": message}])


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise refusal(1, f"The workbook cannot be read: {error}.") from error
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise refusal(1, "The workbook is damaged; save it once more.") from error


def _refuse_bombs(file: BinaryIO) -> None:
    """Unpack all parts, a block at a time, and refuse what would not fit into memory."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise refusal(1, f"The workbook has {len(parts)} parts; save it as CSV.")
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _too_large()
        unpacked = 0
        for part in parts:
            unpacked += _check_part(archive, part, MAX_UNPACKED - unpacked)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    is_sheet = _SHEET.fullmatch(part.filename) is not None
    size = width = height = cells = 0
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > left:
                raise _too_large()
            if is_sheet:
                columns, rows = _measure(rest + block)
                width, height = max(width, columns), max(height, rows)
                cells += len(_CELL.findall(block))
                if width > MAX_COLUMNS or max(width * height, cells) > MAX_CELLS:
                    raise _too_large()
                rest = block[-_LONGEST_TAG:]
    return size


def _measure(block: bytes) -> tuple[int, int]:
    """Return the last column and row that cells of a piece of a sheet are in."""
    references = set(_REFERENCE.findall(block))
    width = max((_number_of(letters) for letters in {each[0] for each in references}), default=0)
    height = max((int(each[1]) for each in references), default=0)
    return width, height


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large() -> Exception:
    return refusal(
        1,
        f"The workbook is too large: at most {MAX_CELLS:,} cells in {MAX_COLUMNS:,} columns and"
        f" {MAX_UNPACKED // 1024**2} MB; save it as CSV.",
    )


def _text_of(cell: Any) -> str:
    """Return a cell's value as a text that can be read in one way."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        is_day = cell.time() == time()
        return cell.date().isoformat() if is_day else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    if number.is_integer():
        return str(int(number))
    text = repr(number)
    whole, _, fraction = text.partition(".")
    # Three places could be taken for thousands.
    return f"{whole}.{fraction}0" if len(fraction) == 3 else text  # noqa: PLR2004
