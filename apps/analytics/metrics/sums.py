"""Sums of facts, and the ratios that may be made of them."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from decimal import Decimal

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
    #: Money that has no rate, by currency, with the counts of its facts.
    unconverted: dict[str, dict[str, int]] = {}
    #: By ratio, the counts of facts that were left out for want of a rate.
    left_out: dict[str, int] = {}
    #: What was counted, as far as it can be told apart: one person may be in two of them.
    cuts: set[Hashable] = set()
    #: Measures that some fact of the cut knows only for more days than the cut has.
    unknown: set[str] = set()

    def add(self, fact: Fact, currency: str) -> None:
        """Add a fact; its money counts if it is in ``currency``."""
        is_converted = fact.currency == currency
        has_money = any(ADDITIVES[name].unit == CURRENCY for name in fact.micros)
        if fact.channel:
            self.cuts.add((fact.channel, fact.entity, fact.first, fact.last))
        for name, value in fact.micros.items():
            if ADDITIVES[name].unit == CURRENCY and not is_converted:
                continue
            self.micros[name] = self.micros.get(name, 0) + value
            if name in _BLENDED_SIDES:
                by_unit = self.units.setdefault(name, {})
                unit = (fact.first, fact.last)
                by_unit[unit] = by_unit.get(unit, 0) + value
        if has_money and not is_converted:
            self._leave_out(fact)
        for name, ratio in _ROW_RATIOS.items():
            self._add_pair(name, ratio, fact, is_converted=is_converted)

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
        want of a rate its share cannot be told; then it is the share of the ratio's counts.
        """
        ratio = RATIOS[name]
        if ratio.is_blended:
            over, units = _basis_of(ratio), self._common_units(ratio)
            covered = sum(self.units.get(over, {})[unit] for unit in units)
            return _share(covered, self.micros.get(over))
        _, under, covered = self.pairs.get(name, (0, 0, 0))
        if name in self.left_out:
            count = self.left_out[name]
            is_count = MEASURES[ratio.denominator].unit != CURRENCY
            return _share(under, under + count) if is_count else None
        return _share(covered, self.micros.get(_basis_of(ratio)))

    def _leave_out(self, fact: Fact) -> None:
        left = self.unconverted.setdefault(fact.currency, {})
        for name, value in fact.micros.items():
            left[name] = left.get(name, 0) + value

    def _add_pair(self, name: str, ratio: Ratio, fact: Fact, *, is_converted: bool) -> None:
        over, under = fact.micros.get(ratio.numerator), fact.micros.get(ratio.denominator)
        if over is None or under is None:
            return
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
        over, under = self.units.get(ratio.numerator, {}), self.units.get(ratio.denominator, {})
        return over.keys() & under.keys()

    def _may_add(self, name: str) -> bool:
        """Return whether the facts of the cut may be added: people are counted once each."""
        return bool(ADDITIVES[name].additive_over) or len(self.cuts) <= 1


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
