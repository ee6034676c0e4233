"""Facts: what one entity's numbers were in a day, or in a span of days that is not split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

import msgspec

#: Per source, the level at which its totals of a measure are complete.
Levels = Mapping[UUID, Mapping[str, str]]


class Fact(msgspec.Struct, frozen=True):
    """Numbers in millionths, by measure; a measure that is absent is unknown.

    ``first`` and ``last`` are alike for a day; ``channel`` is empty for the whole organization.
    ``count`` is how many facts it sums, which are alike in all but their entities; ``entity`` is
    one of theirs.
    """

    source_id: UUID
    level: str
    entity: str
    channel: str
    first: date
    last: date
    currency: str
    micros: Mapping[str, int]
    count: int = 1

    @property
    def days(self) -> int:
        """Return how many days the fact spans."""
        return self.last.toordinal() - self.first.toordinal() + 1


def complete_facts(facts: Iterable[Fact], levels: Levels) -> Iterator[Fact]:
    """Yield facts with the measures that count at their level, so that nothing counts twice."""
    counting: dict[tuple[UUID, str], set[str]] = {}
    for fact in facts:
        place = fact.source_id, fact.level
        names = counting.get(place)
        if names is None:
            own = levels.get(fact.source_id, {})
            names = counting[place] = {name for name, level in own.items() if level == fact.level}
        if fact.micros.keys() <= names:
            yield fact
        elif micros := {name: value for name, value in fact.micros.items() if name in names}:
            yield msgspec.structs.replace(fact, micros=micros)
