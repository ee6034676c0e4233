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
#: The names of measures, and the currency of money that is left out.
Group = tuple[tuple[str, ...], str]


class Sums(msgspec.Struct):
    """Sums in millionths over the facts of one cut; a measure without a known value is absent.

    A ratio's two sums are over the same facts: those in which both sides are known. Blended ratios
    divide sums of different sources, so they rest on the days, or equal spans, that know both.
    """

    #: Sums by measure of the facts that know the same measures and whose money is of one currency,
    #: which is empty where it counts.
    groups: dict[Group, list[int]] = {}
    #: By measure of a blended ratio, its sums by day or span.
    units: dict[str, dict[Unit, int]] = {}
    #: Days and spans of which a blended ratio's measure is known, but not in this cut.
    outside: set[Unit] = set()
    #: What was counted, if it is one thing as far as facts can be told apart.
    cut: Hashable = None
    #: Whether it is several: one person may be in two of them.
    has_cuts: bool = False
    #: By measure that does not add up, how many facts know it.
    tellers: dict[str, int] = {}
    #: Measures that some fact of the cut knows only for more days than the cut has.
    unknown: set[str] = set()

    def add(self, fact: Fact, currency: str) -> None:
        """Add a fact; its money counts if it is in ``currency``."""
        names = tuple(fact.micros)
        group = (names, "" if fact.currency == currency else fact.currency)
        sums = self.groups.get(group)
        if sums is None:
            self.groups[group] = list(fact.micros.values())
        else:
            for position, value in enumerate(fact.micros.values()):
                sums[position] += value
        if fact.channel and not self.has_cuts:
            self._note_cut((fact.channel, fact.entity, fact.first, fact.last), fact.count)
        shape = _shape_of(names)
        for name in shape.people:
            self.tellers[name] = self.tellers.get(name, 0) + fact.count
        if fact.currency == currency:
            for name in shape.blended:
                by_unit = self.units.setdefault(name, {})
                unit = (fact.first, fact.last)
                by_unit[unit] = by_unit.get(unit, 0) + fact.micros[name]

    def include(self, other: Sums) -> None:
        """Add the sums of another cut."""
        for group, sums in other.groups.items():
            own = self.groups.get(group, [0] * len(sums))
            self.groups[group] = [mine + theirs for mine, theirs in zip(own, sums, strict=True)]
        for name, by_unit in other.units.items():
            units = self.units.setdefault(name, {})
            for unit, value in by_unit.items():
                units[unit] = units.get(unit, 0) + value
        for name, count in other.tellers.items():
            self.tellers[name] = self.tellers.get(name, 0) + count
        self.outside |= other.outside
        self.unknown |= other.unknown
        if other.has_cuts or other.cut is not None:
            self._note_cut(other.cut, 1 + other.has_cuts)

    @property
    def micros(self) -> dict[str, int]:
        """Return the sums in millionths of what counts."""
        found: dict[str, int] = {}
        for (names, code), sums in self.groups.items():
            for name, value in zip(names, sums, strict=True):
                if not code or ADDITIVES[name].unit != CURRENCY:
                    found[name] = found.get(name, 0) + value
        return found

    @property
    def unconverted(self) -> dict[str, dict[str, int]]:
        """Return money that has no rate, by currency, with the counts of its facts."""
        found: dict[str, dict[str, int]] = {}
        for (names, code), sums in self.groups.items():
            if code and _shape_of(names).has_money:
                left = found.setdefault(code, {})
                for name, value in zip(names, sums, strict=True):
                    left[name] = left.get(name, 0) + value
        return found

    def _note_cut(self, cut: Hashable, count: int) -> None:
        if count > 1 or self.cut not in {None, cut}:
            self.cut, self.has_cuts = None, True
        else:
            self.cut = cut

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
        pairs = self._pairs(ratio)
        is_left = any(basis in left for left in self.unconverted.values())
        if ADDITIVES[basis].unit != CURRENCY or not is_left:
            position = 1 if basis == ratio.denominator else 0
            counted = sum(pair[position] for counts, pair in pairs if counts)
            return _share(counted, self.micros.get(basis))
        is_money = MEASURES[ratio.denominator].unit == CURRENCY
        if is_money or any(
            basis in names and ratio.denominator not in names for names, _ in self.groups
        ):
            return None
        counted = sum(under for counts, (_, under) in pairs if counts)
        return _share(counted, sum(under for _, (_, under) in pairs))

    def _pairs(self, ratio: Ratio) -> list[tuple[bool, tuple[int, int]]]:
        """Return both sums of the groups that know both sides of a ratio, and whether they count.

        Facts whose money has no rate count in no ratio.
        """
        over, under = ratio.numerator, ratio.denominator
        return [
            (
                not (code and _shape_of(names).has_money),
                (sums[names.index(over)], sums[names.index(under)]),
            )
            for (names, code), sums in self.groups.items()
            if over in names and under in names
        ]

    def _ratio(self, ratio: Ratio) -> Decimal | None:
        if ratio.numerator in self.unknown or ratio.denominator in self.unknown:
            return None
        if ratio.is_blended:
            over, under = self._blended(ratio)
        else:
            if not (self._may_add(ratio.numerator) and self._may_add(ratio.denominator)):
                return None
            pairs = [pair for counts, pair in self._pairs(ratio) if counts]
            over, under = (sum(sides) for sides in zip(*pairs, strict=True)) if pairs else (0, 0)
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
        return not self.has_cuts and self.tellers.get(name, 0) <= 1


class _Shape(msgspec.Struct, frozen=True):
    """What follows from the names of the measures that a fact knows."""

    has_money: bool
    people: tuple[str, ...]
    blended: tuple[str, ...]


@lru_cache(maxsize=256)
def _shape_of(names: tuple[str, ...]) -> _Shape:
    return _Shape(
        has_money=any(ADDITIVES[name].unit == CURRENCY for name in names),
        people=tuple(name for name in names if not ADDITIVES[name].additive_over),
        blended=tuple(name for name in names if name in _BLENDED_SIDES),
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


_BLENDED_SIDES = {
    side for name in BLENDED for side in (RATIOS[name].numerator, RATIOS[name].denominator)
}
