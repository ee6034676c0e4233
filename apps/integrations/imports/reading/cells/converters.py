"""Turns columns of texts into values, many cells at a time.

A column whose shapes are all plain is read by Python's own parsers; others cell by cell, each
spelling once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.forms import POINT, read_shape
from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.cells.shapes import DIGITS, Shapes
from apps.integrations.imports.reading.refusals import CellError

_MICROS: Final = 1_000_000
#: As many digits before the decimal mark, and places after it, as a float multiplies exactly.
_MOST_WHOLE, _MOST_PLACES = 9, 6
_MOST_CACHED: Final = 20_000


class Bad(msgspec.Struct, frozen=True):
    """A cell that cannot be read, and why."""

    message: str


Converter = Callable[[Sequence[str]], list[Any]]


class Cached(dict[str, Any]):
    """Values by spelling, each parsed once; what cannot be read is ``Bad``."""

    def __init__(self, parse: Callable[[str], Any]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> Any:
        if len(self) >= _MOST_CACHED:
            self.clear()
        try:
            value = self._parse(text)
        except CellError as error:
            value = Bad(str(error))
        self[text] = value
        return value

    def convert(self, cells: Sequence[str]) -> list[Any]:
        """Return the values of cells."""
        return [self[cell] for cell in cells]


def make_converter(style: NumberStyle, shapes: Shapes) -> Converter:
    """Return what reads a column of such shapes, in such a style, the fastest way."""
    plain = _find_plain(style, shapes)
    return Cached(_ByShape(style).parse).convert if plain is None else plain.convert


class _Recipe(msgspec.Struct, frozen=True):
    """How to come from a number of one shape to its digits."""

    table: dict[int, str | None]
    is_negative: bool
    has_groups: bool


class _ByShape:
    """Reads cells by what was found out about their shape before."""

    def __init__(self, style: NumberStyle) -> None:
        self._style = style
        self._recipes: dict[str, _Recipe | None] = {}

    def parse(self, text: str) -> int | None:
        """Return a cell's number in millionths."""
        shape = text.translate(DIGITS)
        if shape not in self._recipes:
            if len(self._recipes) >= _MOST_CACHED:
                self._recipes.clear()
            self._recipes[shape] = self._find_recipe(shape)
        recipe = self._recipes[shape]
        if recipe is None:
            return self._style.parse(text)
        digits = text.translate(recipe.table)
        if recipe.has_groups and digits.startswith("0"):
            return self._style.parse(text)
        micros = round(float(digits) * 1e6)
        return -micros if recipe.is_negative else micros

    def _find_recipe(self, shape: str) -> _Recipe | None:
        written, cores = read_shape(shape)
        core = cores.get(self._style.mark)
        if written is None or core is None or not _is_simple(shape, self._style):
            return None
        table: dict[int, str | None] = {ord(each): None for each in shape if each != "0"}
        if core.places:
            table[ord(self._style.mark)] = POINT
        return _Recipe(table, written.is_negative, core.has_groups)


class _Plain(msgspec.Struct, frozen=True):
    """Reads a column whose cells are all plain numbers, but for some marks to leave out."""

    no_values: frozenset[str]
    empty: int | None
    table: dict[int, str | None]
    has_places: bool

    def convert(self, cells: Sequence[str]) -> list[Any]:
        """Return the values of cells."""
        if self.table:
            cells = "\n".join(cells).translate(self.table).split("\n")
        if self.no_values:
            return self._convert_some(cells)
        if self.has_places:
            return [round(float(cell) * 1e6) for cell in cells]
        return [int(cell) * _MICROS for cell in cells]

    def _convert_some(self, cells: Sequence[str]) -> list[Any]:
        empty, no_values = self.empty, self.no_values
        if self.has_places:
            return [empty if cell in no_values else round(float(cell) * 1e6) for cell in cells]
        return [empty if cell in no_values else int(cell) * _MICROS for cell in cells]


def _find_plain(style: NumberStyle, shapes: Shapes) -> _Plain | None:
    """Return the fast way, if all shapes are such that it is exact and lets nothing pass."""
    if shapes.is_overflowing:
        return None
    deleted: set[str] = set()
    has_places = False
    no_values = set(shapes.no_values())
    for shape in shapes.counts:
        if shape in no_values:
            continue
        if not _is_plain(shape, style):
            return None
        has_places = has_places or style.mark in shape
        deleted |= {each for each in shape if each not in f"0-{style.mark}"}
    table: dict[int, str | None] = {ord(each): None for each in deleted}
    if style.mark != POINT and has_places:
        table[ord(style.mark)] = POINT
    # What stands for no value must not lose a part of itself.
    if any(ord(each) in table for token in no_values for each in token):
        return None
    return _Plain(frozenset(no_values), style.empty, table, has_places)


def _is_plain(shape: str, style: NumberStyle) -> bool:
    """Return whether a number is read rightly once the marks in it are left out."""
    written, cores = read_shape(shape)
    if written is None or (written.is_negative and not shape.startswith("-")):
        return False
    # Groups that begin with a zero are no thousands: only the digits tell.
    is_sure = style.mark in cores and not (cores[style.mark].has_groups and len(cores) > 1)
    return is_sure and _is_simple(shape, style)


def _is_simple(shape: str, style: NumberStyle) -> bool:
    """Return whether a number is one that the style may have, and that a float holds exactly."""
    written, cores = read_shape(shape)
    core = cores.get(style.mark)
    if written is None or core is None or written.is_percent:
        return False
    if written.is_negative and not style.may_be_negative:
        return False
    if written.currencies is not None and style.currency not in written.currencies:
        return False
    # A mark that ends a currency's sign, as in "Rs.", is no decimal mark; an exponent has none.
    if shape.count(style.mark) != (style.mark in written.core) or "e" in written.core.lower():
        return False
    return len(core.whole) <= _MOST_WHOLE and len(core.places) <= _MOST_PLACES
