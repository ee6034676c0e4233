"""Sums of facts, and the ratios that may be made of them."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from functools import lru_cache

import msgspec

from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import ADDITIVES, BLENDED, CURRENCY, MEASURES, RATIOS, Ratio

#: How many millionths there are in one.
MICROS = Decimal(1_000_000)
Unit = tuple[date, date]


class Sums(msgspec.Struct):
    """Sums in millionths over the facts of one cut; a measure without a known value is absent.

    A ratio's two sums are over the same facts: those in which both sides are known. Blended ratios
    divide sums of different sources, so they rest on the days, or equal spans, that know both.
    """

    micros: dict[str, int] = {}
    #: By ratio: numerator, denominator, and what of its basis (see ``_basis_of``) it rests on.
    pairs: dict[str, tuple[int, int, int]] = {}
    #: By measure of a blended ratio, its sums by day or span.
    units: dict[str, dict[Unit, int]] = {}
    #: Days and spans of which a blended ratio's measure is known, but not in this cut.
    outside: set[Unit] = set()
    #: Money that has no rate, by currency, with the counts of its facts.
    unconverted: dict[str, dict[str, int]] = {}
    #: By ratio, the counts of facts that were left out for want of a rate.
    left_out: dict[str, int] = {}
    #: Ratios whose basis some fact knows without their denominator.
    unpaired: set[str] = set()
    #: What was counted, as far as it can be told apart: one person may be in two of them.
    cuts: set[Hashable] = set()
    #: By measure that does not add up, how many facts know it.
    tellers: dict[str, int] = {}
    #: Measures that some fact of the cut knows only for more days than the cut has.
    unknown: set[str] = set()

    def add(self, fact: Fact, currency: str) -> None:
        """Add a fact; its money counts if it is in ``currency``."""
        is_converted = fact.currency == currency
        shape = _shape_of(tuple(fact.micros))
        if fact.channel:
            self.cuts.add((fact.channel, fact.entity, fact.first, fact.last))
        for name in shape.names if is_converted else shape.counts:
            self.micros[name] = self.micros.get(name, 0) + fact.micros[name]
        for name in shape.people:
            self.tellers[name] = self.tellers.get(name, 0) + 1
        if is_converted:
            for name in shape.blended:
                by_unit = self.units.setdefault(name, {})
                unit = (fact.first, fact.last)
                by_unit[unit] = by_unit.get(unit, 0) + fact.micros[name]
        elif shape.has_money:
            self._leave_out(fact)
        self.unpaired.update(shape.unpaired)
        for name, ratio in shape.ratios:
            self._add_pair(name, ratio, fact, is_converted=is_converted)

    def note_outside(self, fact: Fact) -> None:
        """Note a fact that overlaps the cut and is not counted in it."""
        if _BLENDED_SIDES & fact.micros.keys():
            self.outside.add((fact.first, fact.last))

    def value(self, name: str) -> Decimal | None:
        """Return a measure's exact value; None where it is unknown or its denominator is zero."""
        measure = MEASURES[name]
        if isinstance(measure, Ratio):
            return self._ratio(measure)
        micros = self.micros.get(name)
        if micros is None or name in self.unknown or not self._may_add(name):
            return None
        return Decimal(micros) / MICROS

    def coverage(self, name: str) -> Decimal | None:
        """Return the share of its basis that a ratio rests on, from 0 to 1; None if unknown.

        The basis is spend, or the numerator of a ratio without spend. Where money was left out for
        want of a rate its share cannot be told; then it is the share of the ratio's counts, if all
        facts that know the basis have them.
        """
        ratio = RATIOS[name]
        basis = _basis_of(ratio)
        if ratio.is_blended:
            units, known = self._common_units(ratio), self.units.get(basis, {})
            return _share(sum(known[unit] for unit in units), self.micros.get(basis))
        _, under, covered = self.pairs.get(name, (0, 0, 0))
        if ratio.has_money and any(basis in left for left in self.unconverted.values()):
            if MEASURES[ratio.denominator].unit == CURRENCY or name in self.unpaired:
                return None
            return _share(under, under + self.left_out.get(name, 0))
        return _share(covered, self.micros.get(basis))

    def _leave_out(self, fact: Fact) -> None:
        left = self.unconverted.setdefault(fact.currency, {})
        for name, value in fact.micros.items():
            left[name] = left.get(name, 0) + value

    def _add_pair(self, name: str, ratio: Ratio, fact: Fact, *, is_converted: bool) -> None:
        over, under = fact.micros[ratio.numerator], fact.micros[ratio.denominator]
        if not is_converted and ratio.has_money:
            self.left_out[name] = self.left_out.get(name, 0) + under
            return
        basis = fact.micros[_basis_of(ratio)]
        before = self.pairs.get(name, (0, 0, 0))
        self.pairs[name] = (before[0] + over, before[1] + under, before[2] + basis)

    def _ratio(self, ratio: Ratio) -> Decimal | None:
        if ratio.numerator in self.unknown or ratio.denominator in self.unknown:
            return None
        if ratio.is_blended:
            over, under = self._blended(ratio)
        else:
            over, under, _ = self.pairs.get(ratio.name, (0, 0, 0))
            if not (self._may_add(ratio.numerator) and self._may_add(ratio.denominator)):
                return None
        return Decimal(over) * ratio.scale / Decimal(under) if under else None

    def _blended(self, ratio: Ratio) -> tuple[int, int]:
        if any(left.keys() & {"spend", "revenue"} for left in self.unconverted.values()):
            return 0, 0
        units = self._common_units(ratio)
        over, under = self.units.get(ratio.numerator, {}), self.units.get(ratio.denominator, {})
        return sum(over[unit] for unit in units), sum(under[unit] for unit in units)

    def _common_units(self, ratio: Ratio) -> set[Unit]:
        """Return the days and spans that know both sides, all of each.

        Of a day that is also in a week of another source, a part is known of the week alone.
        """
        over, under = self.units.get(ratio.numerator, {}), self.units.get(ratio.denominator, {})
        return without_overlaps(over.keys() & under.keys(), {*over, *under, *self.outside})

    def _may_add(self, name: str) -> bool:
        """Return whether the facts of the cut may be added: people are counted once each."""
        if ADDITIVES[name].additive_over:
            return True
        return len(self.cuts) <= 1 and self.tellers.get(name, 0) <= 1


class _Shape(msgspec.Struct, frozen=True):
    """What follows from the names of the measures that a fact knows."""

    names: tuple[str, ...]
    counts: tuple[str, ...]
    people: tuple[str, ...]
    blended: tuple[str, ...]
    ratios: tuple[tuple[str, Ratio], ...]
    unpaired: tuple[str, ...]

    @property
    def has_money(self) -> bool:
        """Return whether some of the measures are money."""
        return len(self.counts) < len(self.names)


@lru_cache(maxsize=256)
def _shape_of(names: tuple[str, ...]) -> _Shape:
    known = set(names)
    return _Shape(
        names=names,
        counts=tuple(name for name in names if ADDITIVES[name].unit != CURRENCY),
        people=tuple(name for name in names if not ADDITIVES[name].additive_over),
        blended=tuple(name for name in names if name in _BLENDED_SIDES),
        ratios=tuple(
            (name, ratio)
            for name, ratio in _ROW_RATIOS.items()
            if ratio.numerator in known and ratio.denominator in known
        ),
        unpaired=tuple(
            name
            for name, ratio in _ROW_RATIOS.items()
            if _basis_of(ratio) in known and ratio.denominator not in known
        ),
    )


def without_overlaps(units: AbstractSet[Unit], among: AbstractSet[Unit]) -> set[Unit]:
    """Return the days and spans that overlap no other one among some."""
    if all(first == last for first, last in among):
        return set(units)
    held: dict[int, Unit | None] = {}
    for unit in among:
        for day in range(unit[0].toordinal(), unit[1].toordinal() + 1):
            held[day] = unit if day not in held else None
    return {
        unit
        for unit in units
        if all(held[day] is not None for day in range(unit[0].toordinal(), unit[1].toordinal() + 1))
    }


def _basis_of(ratio: Ratio) -> str:
    return "spend" if "spend" in (ratio.numerator, ratio.denominator) else ratio.numerator


def _share(part: int, whole: int | None) -> Decimal | None:
    if not whole:
        return None
    return Decimal(part) / Decimal(whole)


_ROW_RATIOS = {name: ratio for name, ratio in RATIOS.items() if not ratio.is_blended}
_BLENDED_SIDES = {
    side for name in BLENDED for side in (RATIOS[name].numerator, RATIOS[name].denominator)
}
