"""Which layouts there are to compare: singles, shipped topologies, seeded random partitions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from apps import SERVICES
from omnify.topology.files import read_topology

TOPOLOGIES = Path(__file__).resolve().parents[2] / "deploy" / "topologies"
Partition = tuple[tuple[str, ...], ...]
Pair = tuple[str, str]
#: Every service is by itself.
SINGLES: Partition = tuple((name,) for name in SERVICES)
#: All services are in one process: what every other layout has to equal.
MONOLITH: Partition = (tuple(SERVICES),)


class Plan(NamedTuple):
    """A layout: which services share a process, and whether each has a database of its own."""

    slices: Partition
    has_own_databases: bool = False

    def __str__(self) -> str:
        databases = " with own databases" if self.has_own_databases else ""
        return describe(self.slices) + databases


def describe(slices: Partition) -> str:
    """A partition as it is given on the command line: ``auth,ml|analytics|…``."""
    return "|".join(",".join(part) for part in slices)


def parse(text: str) -> Partition:
    """The partition that ``describe`` wrote.

    Raises:
        ValueError: it names an unknown service; the message lists the known ones.
    """
    slices = tuple(tuple(part.split(",")) for part in text.split("|"))
    unknown = {name for part in slices for name in part} - set(SERVICES)
    if unknown:
        raise ValueError(f"unknown services {sorted(unknown)}; there are {', '.join(SERVICES)}")
    return slices


def shipped() -> dict[str, Partition]:
    """The partitions of the topology files that come along, by name."""
    return {
        path.stem: tuple(part.services for part in read_topology(path).slices.values())
        for path in sorted(TOPOLOGIES.glob("*.toml"))
    }


def pair_cover(seed: int) -> list[Partition]:
    """Random partitions in which each pair of services is together once and apart once.

    Each next one is the best of some random ones, so that about five are enough.
    """
    chance = random.Random(seed)  # noqa: S311 - a choice of cases, to be repeated
    open_pairs = {(pair, together) for pair in _pairs() for together in (True, False)}
    chosen = []
    while open_pairs:
        offered = [random_partition(chance) for _ in range(20)]
        best = max(offered, key=lambda slices: len(open_pairs & set(covered(slices))))
        if gained := open_pairs & set(covered(best)):
            open_pairs -= gained
            chosen.append(best)
    return chosen


def random_partition(chance: random.Random) -> Partition:
    """A partition into two to five slices."""
    count = chance.randint(2, 5)
    parts: list[list[str]] = [[] for _ in range(count)]
    for name in SERVICES:
        chance.choice(parts).append(name)
    return tuple(tuple(part) for part in parts if part)


def covered(slices: Partition) -> Iterator[tuple[Pair, bool]]:
    """Each pair of services, and whether this partition has them together."""
    for pair in _pairs():
        yield pair, any(pair[0] in part and pair[1] in part for part in slices)


def _pairs() -> list[Pair]:
    return list(itertools.combinations(SERVICES, 2))
