"""Names that people give: one line, in one Unicode form, alike whatever their case."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Marks that turn the direction of what follows them (UAX #9).
_BIDIRECTIONAL: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
#: Unicode's categories of what is not seen: controls, formats, separators, surrogates, unassigned.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Cs", "Cn", "Co", "Mn"})
#: Letters and symbols that are blank: fillers of Hangul, and Braille without dots.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_CONTROL: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})


def clean_name(text: str) -> str:
    """Return a name in Unicode's composed form (NFC), without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def fold(name: str) -> str:
    """Return what spellings of one name have in common, whatever their case and form."""
    return unicodedata.normalize("NFC", clean_name(name).casefold())


def isolate(name: str) -> str:
    """Return a name for a sentence in which it turns no words but its own from right to left."""
    has_turned = any(unicodedata.bidirectional(each) in {"R", "AL", "AN"} for each in name)
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if has_turned else name


def find_name_problem(text: str) -> str:
    """Return what keeps a text from being a name of one line, empty when nothing does."""
    if any(unicodedata.category(character) in _CONTROL for character in text):
        return "It has a line break or a control character; write it in one line."
    if _BIDIRECTIONAL & set(text):
        return "It has a mark that turns the direction of writing; write it without."
    if text and all(map(_is_invisible, text)):
        return "It has nothing that can be seen; write a name."
    return ""


def _is_invisible(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in _INVISIBLE
