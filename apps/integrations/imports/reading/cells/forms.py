"""The forms of written numbers: signs, currencies, groups of thousands, decimal marks.

A form is of a number's shape, which is its text with a 0 for each digit: columns have millions of
numbers, but a few dozen shapes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.currencies import find_currencies

POINT, COMMA = ".", ","
MARKS: Final = (POINT, COMMA)
#: Cells that hold no value; compared without regard to case.
NO_VALUES: Final = frozenset(
    ["", "-", "--", "---", "\u2013", "\u2014", "n/a", "na", "n.a.", "#n/a", "nan", "null", "none"]
)
#: Cells that hold no name; unlike the above, since "NA" may name a campaign.
_NO_NAMES: Final = frozenset(["", "-", "--", "---", "\u2013", "\u2014", "n/a", "N/A"])
#: Longer texts are no numbers.
LONGEST: Final = 64
_APOSTROPHES: Final = "'\u2019"
_SPACES: Final = " \u00a0\u202f\u2009"
_MINUS: Final = "-\u2212"
_EXPONENT: Final = r"(?:[eE](?P<exponent>[+-]?\d{1,2}))?"
_DIGITS = re.compile(r"[0-9]")
_NO_SIGN = rf"\d\s()+{re.escape(_MINUS)}"
_PREFIX = re.compile(rf"[^{_NO_SIGN}.,{_APOSTROPHES}][^{_NO_SIGN},]*")
_SUFFIX = re.compile(rf"[^{_NO_SIGN}.,{_APOSTROPHES}][^{_NO_SIGN},]*$")


def _core_of(mark: str) -> re.Pattern[str]:
    other = re.escape(COMMA if mark == POINT else POINT)
    point = re.escape(mark)
    indian = rf"|\d{{1,2}}(?:{other}\d{{2}})+{other}\d{{3}}" if mark == POINT else ""
    return re.compile(
        rf"(?:(?P<grouped>\d{{1,3}}(?P<group>[{other}{_SPACES}{_APOSTROPHES}])\d{{3}}(?:(?P=group)\d{{3}})*"
        rf"{indian})|(?P<whole>\d*))"
        rf"(?:{point}(?P<places>\d*))?{_EXPONENT}",
        re.ASCII,
    )


_CORES: Final = {mark: _core_of(mark) for mark in MARKS}
_CURRENCY_NOT_FOUND: Final[frozenset[str]] = frozenset()


class Written(msgspec.Struct, frozen=True):
    """A number's parts as they are written, its digits not yet read.

    ``currencies`` are those that a sign or code beside it may mean; None without one.
    """

    core: str
    is_negative: bool
    is_percent: bool
    currencies: frozenset[str] | None


class Core(msgspec.Struct, frozen=True):
    """A number's digits, read with one decimal mark."""

    whole: str
    places: str
    group: str
    exponent: int

    @property
    def has_groups(self) -> bool:
        """Return whether thousands are marked."""
        return bool(self.group)


def is_no_value(text: str) -> bool:
    """Return whether a cell says that there is no value."""
    return text in NO_VALUES or text.casefold() in NO_VALUES


def is_no_name(text: str) -> bool:
    """Return whether a cell says that there is no name."""
    return text.strip() in _NO_NAMES


def split(text: str) -> Written | None:
    """Return the parts of a number; None if the text is none."""
    if len(text) > LONGEST or not _DIGITS.search(text):
        return None
    text, is_bracketed = _without_brackets(text.strip())
    text, is_signed = _without_sign(text)
    text, before = _without_prefix(text)
    text, after, is_percent = _without_suffix(text)
    codes = before if after is None else after if before is None else before & after
    if codes == _CURRENCY_NOT_FOUND:
        return None
    text, is_bracketed_inside = _without_brackets(text)
    text, is_signed_inside = _without_sign(text)
    signs = (is_bracketed, is_signed, is_bracketed_inside, is_signed_inside)
    if sum(sign is not None for sign in signs) > 1:
        return None
    return Written(text, any(signs), is_percent, codes)


def read_core(core: str, mark: str) -> Core | None:
    """Return a number's digits, read with a decimal mark; None where they do not fit it."""
    found = _CORES[mark].fullmatch(core)
    if found is None:
        return None
    whole, places = found["grouped"] or found["whole"] or "", found["places"] or ""
    if not whole and not places:
        return None
    group = found["group"] or ""
    if found["grouped"]:
        if found["exponent"]:
            return None
        group = group or (COMMA if mark == POINT else POINT)
        whole = re.sub(r"\D", "", whole, flags=re.ASCII)
    return Core(whole, places, group, int(found["exponent"] or 0))


@lru_cache(maxsize=10_000)
def read_shape(shape: str) -> tuple[Written | None, dict[str, Core]]:
    """Return what a shape is, and how it can be read, by decimal mark."""
    written = split(shape)
    if written is None:
        return None, {}
    cores = {mark: read_core(written.core, mark) for mark in MARKS}
    return written, {mark: core for mark, core in cores.items() if core is not None}


def _without_brackets(text: str) -> tuple[str, bool | None]:
    """Return what is in brackets, and that it is negative; None without brackets."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    return text, None


def _without_sign(text: str) -> tuple[str, bool | None]:
    """Return what follows a sign, or stands before a minus; and whether it is negative."""
    if text[:1] and text[0] in "+" + _MINUS:
        return text[1:].lstrip(), text[0] != "+"
    if text[-1:] and text[-1] in _MINUS:
        return text[:-1].rstrip(), True
    return text, None


def _without_prefix(text: str) -> tuple[str, frozenset[str] | None]:
    found = _PREFIX.match(text)
    if found is None:
        return text, None
    codes = find_currencies(found[0])
    return text[found.end() :].lstrip(), codes if codes is not None else _CURRENCY_NOT_FOUND


def _without_suffix(text: str) -> tuple[str, frozenset[str] | None, bool]:
    if text.endswith("%"):
        return text[:-1].rstrip(), None, True
    found = _SUFFIX.search(text)
    if found is None:
        return text, None, False
    codes = find_currencies(found[0])
    rest = text[: found.start()].rstrip()
    return rest, codes if codes is not None else _CURRENCY_NOT_FOUND, False
