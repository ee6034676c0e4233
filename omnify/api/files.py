"""Answers that are no JSON of a message: tables as CSV files, and texts."""

from __future__ import annotations

import csv
from typing import Final

from django.http import HttpResponse

from omnify.services.messages import Message

MEDIA_TYPE: Final = "text/csv"
#: What begins a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@")


class CsvFile(Message):
    """A table as a file: its name without an ending, its header, and its cells as written."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Text(Message):
    """A text that is answered as it is."""

    text: str
    media_type: str = "text/plain"


#: Answers that are no JSON, and what they are written as.
MEDIA_TYPES: Final[dict[type[Message], str]] = {CsvFile: MEDIA_TYPE, Text: "text/plain"}


def inert(text: str) -> str:
    """Return a text as a cell; one that a spreadsheet would compute follows an apostrophe."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def csv_response(file: CsvFile) -> HttpResponse:
    """Return a file as an answer that a browser saves."""
    response = HttpResponse(
        content_type=f"{MEDIA_TYPE}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.name}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(file.columns)
    writer.writerows(file.rows)
    return response


def text_response(answer: Text) -> HttpResponse:
    """Return a text as an answer."""
    return HttpResponse(answer.text, content_type=f"{answer.media_type}; charset=utf-8")
