"""Cuts a large workbook to the first rows of its sheets, without unpacking the rest."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO, Final

#: The most that an excerpt may have, most of it texts that cells share.
_MOST_UNPACKED: Final = 30 * 1024 * 1024
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ROW_END: Final = re.compile(rb"</((?:\w+:)?)row>")


def cut_workbook(file: BinaryIO, most_bytes: int) -> BinaryIO | None:
    """Return a workbook of the first rows of each sheet, of about so many bytes of XML.

    None if nothing has to be cut, or if even so it would be too large.

    Raises:
        zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError: the file is damaged.
    """
    excerpt = io.BytesIO()
    is_cut, left = False, _MOST_UNPACKED
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(excerpt, "w") as cut:
        for part in archive.infolist():
            is_sheet = _SHEET.fullmatch(part.filename) is not None
            limit = min(most_bytes, left) if is_sheet else left
            with archive.open(part) as stream:
                content = stream.read(limit + 1)
            if len(content) > limit:
                if not is_sheet:
                    return None
                content, is_cut = _cut_sheet(content), True
            left -= len(content)
            if left < 0:
                return None
            cut.writestr(part.filename, content)
    return excerpt if is_cut else None


def _cut_sheet(content: bytes) -> bytes:
    """End a sheet's XML after its last whole row."""
    ends = list(_ROW_END.finditer(content))
    if not ends:
        return content
    prefix = ends[-1][1]
    return content[: ends[-1].end()] + b"</%ssheetData></%sworksheet>" % (prefix, prefix)
