"""Read long answers as they arrive: the elements of a JSON array, and lines of JSON."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeVar

import msgspec

from apps.integrations.platforms.refusals import MalformedError
from apps.integrations.platforms.shapes import decode_as, read_as

T = TypeVar("T")
#: The largest element or line.
LARGEST_ELEMENT: Final = 32_000_000
#: An array up to this length is decoded at once, at a fraction of the cost.
AT_ONCE: Final = 4_000_000
_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[ \t\r\n]*")


def read_elements(
    chunks: Iterable[bytes],
    kind: type[T],
    *,
    largest: int = LARGEST_ELEMENT,
    at_once: int = AT_ONCE,
) -> Iterator[T]:
    """Yield the elements of a JSON array as messages of a kind; of a long one as they arrive.

    Raises:
        MalformedError: it is no array, ends early, or has an element that is too large or is not
            of the kind.
    """
    chunks = iter(chunks)
    arrived, size = [], 0
    for chunk in chunks:
        arrived.append(chunk)
        size += len(chunk)
        if size > at_once:
            elements = _Elements(largest).read(chain(arrived, chunks))
            return (read_as(kind, element) for element in elements)
    return iter(decode_as(list[kind], b"".join(arrived)))  # type: ignore[valid-type]


def read_lines(chunks: Iterable[bytes], largest: int = LARGEST_ELEMENT) -> Iterator[Any]:
    """Yield the decoded lines of JSONL; empty ones count for nothing.

    Raises:
        MalformedError: a line is no JSON, or is too long.
    """
    rest = bytearray()
    for chunk in chunks:
        # Only the new bytes are searched, so that a long line costs no more than its length.
        first, *others = chunk.split(b"\n")
        rest += first
        for line in others:
            yield from _decode_line(rest)
            rest = bytearray(line)
        if len(rest) > largest:
            raise MalformedError(f"A line of the file exceeds {largest:,} bytes.")
    yield from _decode_line(rest)


def _decode_line(line: bytearray) -> Iterator[Any]:
    if not line.strip():
        return
    try:
        yield msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError("A line of the file is not JSON, or is cut.") from error


class _Elements:
    """What has come of an array and was not given yet.

    A try to decode an element that is not whole costs its length; the next one waits until twice
    as much is here, so that all tries together cost no more than twice the element.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._text, self._at = "", 0
        # Not joined to the text before it is tried: each join costs the length of all.
        self._arrived: list[str] = []
        self._size, self._try_at = 0, 0
        self._expected = "["

    def read(self, chunks: Iterable[bytes]) -> Iterator[Any]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for chunk in chunks:
            self._add(_decode(decoder, chunk))
            if self._size >= self._try_at:
                yield from self._take(is_last=False)
            if self._size > self._largest:
                raise MalformedError(f"An element exceeds {self._largest:,} characters.")
        self._add(_decode(decoder, b"", final=True))
        yield from self._take(is_last=True)
        if self._expected != "end" or self._text[self._at :].strip():
            raise MalformedError("The array of the answer is cut.")

    def _add(self, text: str) -> None:
        self._arrived.append(text)
        self._size += len(text)

    def _take(self, *, is_last: bool) -> Iterator[Any]:
        """Yield the elements that are whole, and move on to what is not."""
        self._text = "".join((self._text[self._at :], *self._arrived))
        self._at = 0
        self._arrived.clear()
        while self._skip_marks() and self._expected == "element":
            try:
                element, end = _DECODER.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if is_last:
                    raise MalformedError("The array of the answer is cut or broken.") from error
                break
            following = _end_of_space(self._text, end)
            if following == len(self._text):
                break  # A number may have more digits; the array's end is still to come.
            self._at, self._expected = following, "mark"
            yield element
        self._size = len(self._text) - self._at
        self._try_at = 2 * self._size if self._expected == "element" else 0

    def _skip_marks(self) -> bool:
        """Pass brackets and commas; tell whether anything is left."""
        while True:
            self._at = _end_of_space(self._text, self._at)
            if self._at == len(self._text):
                return False
            mark = self._text[self._at]
            if self._expected == "element" and mark != "]":
                return True
            self._expected = self._pass(mark)
            self._at += 1

    def _pass(self, mark: str) -> str:
        if self._expected == "[" and mark == "[":
            return "element"
        if self._expected == "mark" and mark == ",":
            return "element"
        if self._expected in ("mark", "element") and mark == "]":
            return "end"
        raise MalformedError("The answer is not the JSON array that was asked for.")


def _end_of_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise MalformedError("The answer is not in UTF-8.") from error
