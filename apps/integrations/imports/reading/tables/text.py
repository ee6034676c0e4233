"""From bytes to lines of text: encodings, marks, line ends, and limits."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Final

import msgspec

from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.results import Remark

_BLOCK_BYTES: Final = 1 << 18
MAX_LINE: Final = 1_000_000
#: A file's beginning has at least these, however long they are.
_FEWEST_LINES: Final = 2
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: A mark as text, and one that was encoded a second time.
_MARK_TEXTS: Final = ("\ufeff", "ï»¿")
_FALLBACK: Final = "cp1252"
# UTF-8 writes half surrogates (U+D800 to U+DFFF) as ED A0..BF.
_SURROGATE_LEAD, _SURROGATE_NEXT = 0xED, 0xA0


class Source(msgspec.Struct, frozen=True):
    """A file of text, its encoding known; ``most_bytes`` when its beginning only is read."""

    file: BinaryIO
    encoding: str
    most_bytes: int | None = None
    is_cut: bool = False
    warnings: tuple[Remark, ...] = ()

    def lines(self) -> Iterator[str]:
        """Return the lines with their ends, all of which are a line feed."""
        return chain.from_iterable(io.StringIO(text, newline="\n") for text in self.blocks())

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks of whole lines.

        Raises:
            CsvInvalidError: a line is too long or is no text of the encoding.
        """
        blocks = _Blocks(self.file, self.encoding, self.most_bytes)
        yield from blocks.run(is_cut=self.is_cut)


def open_source(file: BinaryIO, *, most_bytes: int | None = None) -> Source:
    """Return a file's text; all of it is decoded once, so that later nothing can go wrong.

    Raises:
        CsvInvalidError: the file is not text, or one of its lines is too long.
    """
    file.seek(0, io.SEEK_END)
    is_cut = most_bytes is not None and file.tell() > most_bytes
    file.seek(0)
    head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _checked(Source(file, encoding, most_bytes, is_cut))
    try:
        return _checked(Source(file, "utf-8", most_bytes, is_cut))
    except UnicodeDecodeError:
        warning = Remark(
            code="encoding", message="The file is not UTF-8; it was read as Windows-1252."
        )
        return _checked(Source(file, _FALLBACK, most_bytes, is_cut, (warning,)))


def _checked(source: Source) -> Source:
    for _ in source.blocks():
        pass
    return source


class _Blocks:
    """One way through a file's bytes."""

    def __init__(self, file: BinaryIO, encoding: str, most_bytes: int | None) -> None:
        self._file = file
        self._encoding = encoding
        self._left = most_bytes
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._line = 1
        self._is_first = True
        self._position = 0
        self._carried = ""

    def run(self, *, is_cut: bool) -> Iterator[str]:
        rest = ""
        while True:
            content = self._read(self._left)
            if not content and self._line <= _FEWEST_LINES:
                content = self._read(None)
            text = rest + self._decode(content, is_last=not content and not is_cut)
            if not content:
                break
            rest = self._keep_incomplete(text)
            whole = text[: len(text) - len(rest)] if rest else text
            if whole:
                self._line += whole.count("\n")
                yield whole
        if text and not is_cut:
            yield text

    def _read(self, left: int | None) -> bytes:
        # Other ways through the same file may have moved it.
        self._file.seek(self._position)
        content = self._file.read(_BLOCK_BYTES if left is None else min(_BLOCK_BYTES, left))
        self._position += len(content)
        if left is not None:
            self._left = left - len(content)
        return content

    def _keep_incomplete(self, text: str) -> str:
        """Return what follows the last line end."""
        rest = text[text.rfind("\n") + 1 :]
        if len(rest) > MAX_LINE:
            message = f"The line is longer than {MAX_LINE} characters; is it a CSV file?"
            raise refusal(self._line + text.count("\n"), message)
        return rest

    def _decode(self, content: bytes, *, is_last: bool) -> str:
        try:
            text = self._decoder.decode(content, final=is_last)
        except UnicodeDecodeError as error:
            self._refuse_undecodable(error)
            raise
        if "\x00" in text:
            line = self._line + text.count("\n", 0, text.index("\x00"))
            raise refusal(line, "The line has a NUL character; save the file as CSV in UTF-8.")
        if "\r" in text or self._carried:
            text = self._unify_ends(text, is_last=is_last)
        if self._is_first and text:
            self._is_first = False
            text = _without_marks(text)
        return text

    def _unify_ends(self, text: str, *, is_last: bool) -> str:
        text = self._carried + text
        # What follows in the next block may belong to it.
        self._carried = "\r" if text.endswith("\r") and not is_last else ""
        text = text[:-1] if self._carried else text
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _refuse_undecodable(self, error: UnicodeDecodeError) -> None:
        """Refuse what no other encoding could mean."""
        broken = error.object[error.start : error.start + 2]
        is_surrogate = (
            len(broken) > 1 and broken[0] == _SURROGATE_LEAD and broken[1] >= _SURROGATE_NEXT
        )
        is_unsure = self._encoding == "utf-8" and not self._is_marked()
        if is_unsure and not is_surrogate:
            return
        before = error.object[: error.start].decode(self._encoding, "ignore")
        what = "a half surrogate" if is_surrogate else f"not {self._encoding.upper()}"
        message = f"A character of the line is {what}; save the file as CSV in UTF-8."
        raise refusal(self._line + before.count("\n"), message) from error

    def _is_marked(self) -> bool:
        self._file.seek(0)
        return self._file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _without_marks(text: str) -> str:
    while text.startswith(_MARK_TEXTS):
        text = text.removeprefix(_MARK_TEXTS[0]).removeprefix(_MARK_TEXTS[1])
    return text
