"""Chooses a table's column of each measure, by names and values; or leaves it to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from apps.integrations.imports.reading.counting import kind_of
from apps.integrations.imports.reading.known.headers import (
    AD,
    CAMPAIGN,
    CHANNEL,
    CONVERSIONS,
    GROUP,
    MEASURE,
    Meaning,
)
from apps.integrations.imports.reading.known.units import split_unit
from apps.integrations.imports.reading.measures import AMOUNTS
from apps.integrations.imports.reading.refusals import listed
from apps.integrations.imports.reading.samples import Sample
from apps.integrations.imports.reading.tables.table import Table
from omnify.names import fold

TEXT_REASON: Final = "Its cells are not numbers."
_SUM_REASON: Final = "It is the sum of other columns and would count twice."
_COUNT_REASON: Final = "Its numbers are not amounts but counts, or may be: map it to use it."
_EITHER_REASON: Final = "Its numbers may be amounts or counts: say which."
_KIND_REASON: Final = "It is a kind of {measure} that does not add to the others."
_AMOUNT_REASON: Final = "It may be what was spent or what was sold: say which."
_WHOLE_REASON: Final = "It is not the sum of the channels' {measure}: say which of them counts."
_REVENUE, _SPEND = "revenue", "spend"
#: What a measure's only column may be instead.
ALTERNATIVES: Final = {_REVENUE: CONVERSIONS, _SPEND: _REVENUE}
_AMOUNT: Final = frozenset(["amount", "betrag", "montant", "importe", "importo"])
_OF_ADS: Final = frozenset([CHANNEL, CAMPAIGN, GROUP, AD])
_ADS: Final = frozenset(["impressions", "clicks", "reach", CONVERSIONS])
_SUM_WORDS: Final = ("total", "all", "sum", "overall")
_WORD: Final = re.compile(r"[^\W\d_]+")


class Measures(msgspec.Struct, frozen=True):
    """The columns of measures.

    Attributes:
        columns: the first one of each folded channel and measure, by its position.
        rivals: the others that an amount may be, by the first one; where that is all that there
            is, it may also be one of ``ALTERNATIVES``.
        others: columns of the same amount that are left out, by the one that is taken.
        wholes: columns beside those of channels that are not their sum.
        reasons: why columns are left unused.
    """

    columns: dict[tuple[str, str], int]
    rivals: dict[int, list[int]]
    others: dict[int, list[int]]
    wholes: frozenset[int]
    reasons: dict[int, str]


def choose_measures(  # noqa: PLR0913 - all that is known of the table
    table: Table,
    sample: Sample,
    meanings: list[Meaning],
    *,
    taken: frozenset[int],
    own_channel: str,
    has_channels: bool,
) -> Measures:
    """Return the columns of measures among those that are not ``taken``.

    ``own_channel`` is that of the platform whose export the table is; ``has_channels`` tells
    that a column names them.
    """
    chooser = _Chooser(table, sample, meanings, own_channel)
    if not has_channels:
        chooser.leave_sums_out()
    chooser.collect(taken)
    chooser.find_rivals()
    first = {key: positions[0] for key, positions in chooser.columns.items() if positions}
    wholes = frozenset(chooser.find_wholes()) if not has_channels else frozenset()
    return Measures(first, chooser.rivals, chooser.others, wholes, chooser.reasons)


class _Chooser:
    def __init__(
        self, table: Table, sample: Sample, meanings: list[Meaning], own_channel: str
    ) -> None:
        self.columns: dict[tuple[str, str], list[int]] = {}
        self.rivals: dict[int, list[int]] = {}
        self.others: dict[int, list[int]] = {}
        self.reasons: dict[int, str] = {}
        self._table = table
        self._sample = sample
        self._meanings = meanings
        self._own_channel = own_channel

    def collect(self, taken: frozenset[int]) -> None:
        """Collect the columns of each channel and measure, the plainest name first."""
        for position in sorted(
            range(len(self._meanings)), key=lambda at: (self._meanings[at].rank, at)
        ):
            meaning = self._meanings[position]
            if meaning.role != MEASURE or position in self.reasons or position in taken:
                continue
            # A platform's export has numbers of that platform alone.
            is_of_another = bool(meaning.channel and self._own_channel)
            if meaning.is_never_summed or is_of_another:
                self.reasons[position] = _KIND_REASON.format(measure=meaning.measure)
            elif not self._sample.may_be_number(position):
                self.reasons[position] = TEXT_REASON
            else:
                key = (fold(meaning.channel), meaning.measure)
                self.columns.setdefault(key, []).append(position)

    def find_rivals(self) -> None:
        """Find what may be mistaken for the first columns; known exports leave nothing open."""
        if not self._own_channel:
            self._leave_counts_out()
            self._open_amounts()
        for positions in self.columns.values():
            for position in positions[1:]:
                self._rival(positions[0], position)
        for first, rivals in self.rivals.items():
            for position in (first, *rivals) if rivals else ():
                others = [self._table.columns[at] for at in (first, *rivals) if at != position]
                measure = self._meanings[position].measure
                reason = f"It may be the {measure}, as {listed(others)} may: say which."
                self.reasons[position] = reason

    def find_wholes(self) -> Iterator[int]:
        """Yield columns of a measure that channels have, too, and of which they are no parts."""
        of_channels = {measure for channel, measure in self.columns if channel}
        for (channel, measure), positions in self.columns.items():
            if positions and not (channel or self._own_channel) and measure in of_channels:
                # What platforms claim is another measure than what the shop sold.
                if measure == _REVENUE:
                    continue
                self.reasons[positions[0]] = _WHOLE_REASON.format(measure=measure)
                yield positions[0]

    def _rival(self, first: int, position: int) -> None:
        measure = self._meanings[position].measure
        is_open = not self._own_channel and measure == _REVENUE
        if is_open and self._meanings[first].is_rivalled_by(self._meanings[position]):
            self.rivals.setdefault(first, []).append(position)
            return
        name = self._table.columns[first]
        self.reasons[position] = f"'{name}' is taken for {measure}."
        if measure in AMOUNTS and not self._own_channel:
            self.others.setdefault(first, []).append(position)

    def _leave_counts_out(self) -> None:
        """Take columns away whose name may be an amount's, and whose values are counts."""
        for (channel, _), positions in list(self.columns.items()):
            for position in list(positions):
                kind = kind_of(position, self._table.columns, self._meanings, self._sample)
                is_alone = len(positions) == 1
                if kind == "either" and is_alone and (channel, CONVERSIONS) not in self.columns:
                    self.rivals[position] = []
                    self.reasons[position] = _EITHER_REASON
                elif kind == "count" or (kind == "either" and is_alone):
                    positions.remove(position)
                    self.reasons[position] = _COUNT_REASON

    def _open_amounts(self) -> None:
        """Leave open what an amount is of, where nothing beside it is of ads."""
        are_ads = any(
            meaning.role in _OF_ADS or (meaning.role == MEASURE and meaning.measure in _ADS)
            for meaning in self._meanings
        )
        [position, *others] = self.columns.get(("", _SPEND), [-1])
        if are_ads or others or position < 0 or ("", _REVENUE) in self.columns:
            return
        if split_unit(self._table.columns[position]).base.strip().casefold() in _AMOUNT:
            self.rivals[position] = []
            self.reasons[position] = _AMOUNT_REASON

    def leave_sums_out(self) -> None:
        """Find columns that are the sum of others of their measure."""
        by_measure: dict[str, list[int]] = {}
        for position, meaning in enumerate(self._meanings):
            if meaning.role == MEASURE and self._sample.is_number(position):
                by_measure.setdefault(meaning.measure, []).append(position)
        for positions in by_measure.values():
            likely = {each for each in positions if self._is_likely_sum(each)}
            # A measure may be the sum of its kinds, and counts then, not they.
            parts = {each for each in positions if self._meanings[each].channel}
            for position in self._sample.find_sums(positions, likely, parts):
                self.reasons[position] = _SUM_REASON

    def _is_likely_sum(self, position: int) -> bool:
        """Return whether a column's name is that of a sum: no channel's, or a total's."""
        words = _WORD.findall(self._table.columns[position].casefold())
        return not self._meanings[position].channel or any(
            word in _SUM_WORDS or word.startswith("gesamt") for word in words
        )
