"""The lines of a file as text, and its delimiter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from apps.integrations.exceptions import CsvInvalidError

_MAX_LINE_BYTES = 1_000_000
_DELIMITERS = ",;\t"


def decoded_lines(stream: BinaryIO) -> Iterator[str]:
    """Yield the lines of a file.

    Raises:
        CsvInvalidError: a line is too long, or is not UTF-8 text.
    """
    number = 0
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > _MAX_LINE_BYTES:
            raise refusal_of(number, "", f"The line is longer than {_MAX_LINE_BYTES} bytes.")
        if b"\x00" in line:
            raise refusal_of(number, "", "The line contains a NUL byte; save the file as CSV text.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            message = f"Byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8."
            raise refusal_of(number, "", message) from error


def delimiter_of(stream: BinaryIO) -> str:
    """Return the delimiter that is most frequent in the header, which is read again later."""
    position = stream.tell()
    header = stream.readline(_MAX_LINE_BYTES).decode("utf-8", "replace")
    stream.seek(position)
    return max(_DELIMITERS, key=header.count)


def refusal_of(line: int, column: str, message: str) -> CsvInvalidError:
    """Return the refusal of a file that cannot be read beyond a line."""
    error = {"line": line, "column": column, "value": "", "message": message}
    return CsvInvalidError(errors=[error], error_count=1)
