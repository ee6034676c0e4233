"""The unit beside a measure's name in a header: a currency, or the kind that is meant."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.known.words import words

_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_LAST = re.compile(r"(?P<base>.*?)[\s_\-,:|]+(?:in[\s_]+)?(?P<unit>[^\s_\-,:|]+)", re.IGNORECASE)
_FIRST = re.compile(r"(?P<unit>[^\s_\-,:|]+)[\s_\-,:|]+(?P<base>.*)")
_IN: Final = re.compile(r"in\s+", re.IGNORECASE)
_NO_UNITS: Final = frozenset(["utc", "gmt", "#"])
_NONE: Final[frozenset[str]] = frozenset()
_CODE: Final = 3
#: Codes of currencies that are words of headers, too.
_WORDS: Final = words("all top try cup pen")


class Unit(msgspec.Struct, frozen=True):
    """A header without its unit.

    Attributes:
        base: the rest of the header.
        currencies: the codes that its currency may mean; empty without one.
        kind: what else stands in brackets.
    """

    base: str
    currencies: frozenset[str] = _NONE
    kind: str = ""


def split_unit(name: str) -> Unit:
    """Return a header's unit, in brackets behind it or a word of its own, and the rest."""
    if (found := _BRACKET.search(name)) is not None:
        base, inside = name[: found.start()].strip(), _IN.sub("", found[1].strip(), count=1)
        kind = "" if inside.casefold() in _NO_UNITS else inside.casefold()
        codes = _currencies_of(inside)
        return Unit(base, codes, "" if codes else kind)
    for pattern in (_LAST, _FIRST):
        found = pattern.fullmatch(name)
        codes = _currencies_of(found["unit"]) if found is not None else _NONE
        if found is not None and codes:
            return Unit(found["base"].strip(" ,_-:|"), codes)
    return Unit(name)


def _currencies_of(text: str) -> frozenset[str]:
    """Return the currencies of a code or sign; none of letters that may be a country's."""
    if text.isascii() and text.isalpha() and len(text) != _CODE:
        return _NONE
    return _NONE if text.casefold() in _WORDS else find_currencies(text) or _NONE
