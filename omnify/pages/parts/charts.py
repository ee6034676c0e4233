"""Charts: the figure on the page, with the numbers that it is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Final, Literal

import msgspec
from msgspec.structs import asdict, replace

from omnify.pages.days import say_day
from omnify.pages.parts.base import Link, Part
from omnify.pages.parts.tables import Cell, Column, Table

#: So many colours there are, ``--chart-1`` and on in ``tokens.css``.
COLORS: Final = 8
#: So many series of a stack are drawn by themselves.
SHOWN_SERIES: Final = 6


class Series(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The values of one name, as decimal strings; None where nothing is known."""

    name: str
    values: tuple[str | None, ...]
    type: Literal["bar", "line"] | None = None
    stack: str = ""
    #: The right one has a panel of its own below: two units never share a height.
    axis: Literal["left", "right"] = "left"
    #: The colour that it always has (see ``assign_colors``), 0 for the next that is free.
    color: int = 0
    #: What it is: a measure over all, the rest of a stack, former days, what is foreseen.
    role: Literal["", "total", "other", "comparison", "forecast"] = ""
    #: The band of what is foreseen, and how much of what happens is within it, such as "80%".
    low: tuple[str | None, ...] = ()
    high: tuple[str | None, ...] = ()
    band: str = ""
    #: What is said of values whose period lacks days, such as "3 of 7 days"; empty of whole ones.
    partial: tuple[str, ...] = ()

    def columns(self) -> list[tuple[str, tuple[str | None, ...]]]:
        """Return its names and values in a table; a forecast is called one and has its band."""
        if self.role != "forecast":
            return [(self.name, self.values)]
        bounds = [(f"{self.band} from", self.low), (f"{self.band} to", self.high)]
        named = [("forecast", self.values), *(bounds if self.band else [])]
        return [(f"{self.name}, {name}", values) for name, values in named]

    def padded_to(self, length: int) -> Series:
        """Return a series of so many periods: of those that are added nothing is known."""
        added = length - len(self.values)
        partial = self.partial and self.partial + ("",) * added
        return replace(self, values=self.values + (None,) * added, partial=partial)

    @property
    def word(self) -> str:
        """Return what its name is said with, empty of what is drawn solid."""
        return {"comparison": "before", "forecast": "forecast"}.get(self.role, "")


class Note(msgspec.Struct, frozen=True):
    """What happened in a period, said above it."""

    category: str
    text: str


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """What ``chart.js`` draws; ``title`` says what is found in it.

    A partial value is drawn hollow and joined to no whole one, so that it is no fall.
    """

    title: str
    unit: str
    grain: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    #: What is drawn, below the title, such as "Spend by channel, and revenue".
    about: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def about_partial(self) -> str:
        """Say what is drawn hollow, with the last such period; empty where all are whole."""
        for at, category in reversed([*enumerate(self.categories)]):
            if said := next(
                filter(None, (each.partial[at] for each in self.series if each.partial)), ""
            ):
                return (
                    "Hollow and dashed: periods that run, are cut by the range or lack days,"
                    f" such as {say_day(date.fromisoformat(category))} ({said})."
                )
        return ""

    def to_table(self) -> Table:
        """Return the same numbers as a table, a row a period, and what is partial."""
        found = [column for series in self.series for column in series.columns()]
        partial = (Column("partial", "Partial"),) if found else ()
        columns = (
            Column("period", "Period"),
            *(Column(name, name, self.unit) for name, _ in found),
            *partial,
        )
        rows = tuple(
            (
                Cell(category),
                *(Cell(values[at]) for _, values in found),
                *(Cell(self._partial(at)) for _ in partial),
            )
            for at, category in enumerate(self.categories)
        )
        return Table(id="plot", caption=self.title, columns=columns, rows=rows)

    def find_line(self, name: str) -> Series | None:
        """Return the series of a name, regardless of case, that is not of former days."""
        return next(
            (
                each
                for each in self.series
                if each.name.casefold() == name.casefold() and each.role != "comparison"
            ),
            None,
        )

    def followed_by(self, ahead: Ahead) -> Plot:
        """Return the plot with what is foreseen of one of its lines, as ``chart.js`` adds it."""
        tail = ahead.series
        line = self.find_line(tail.name) if tail else None
        if tail is None or line is None:
            return self
        categories = tuple(sorted({*self.categories, *ahead.categories}))

        def placed(values: tuple[str | None, ...]) -> tuple[str | None, ...]:
            known = dict(zip(ahead.categories, values, strict=True))
            return tuple(known.get(category) for category in categories)

        tail = replace(
            tail,
            name=line.name,
            axis=line.axis,
            color=line.color,
            values=placed(tail.values),
            low=placed(tail.low),
            high=placed(tail.high),
        )
        padded = (each.padded_to(len(categories)) for each in self.series)
        return replace(self, categories=categories, series=(*padded, tail))

    def _partial(self, at: int) -> str | None:
        """Return which values of a period lack days; None where all are whole."""
        said = (f"{each.name}: {each.partial[at]}" for each in self.series if each.partial)
        return "; ".join(text for text in said if not text.endswith(": ")) or None


class Chart(Part):
    """A figure that brings its plot, which ``chart.js`` draws without asking for more."""

    plot: Plot
    csv_url: str = ""
    xlsx_url: str = ""
    #: Where an ``Ahead`` of one of its lines is asked for, once the page is there.
    ahead_url: str = ""
    #: The name of that line.
    ahead_name: str = ""

    @property
    def numbers(self) -> str:
        """Return the plot as JSON."""
        return msgspec.json.encode(self.plot).decode()


class Ahead(Part):
    """What is foreseen of a chart's line; the text alone where nothing is."""

    text: str
    #: Where more is told of it.
    link: Link | None = None
    #: The periods ahead, and the values in them; it has the name of the line that it follows.
    categories: tuple[str, ...] = ()
    series: Series | None = None

    @property
    def numbers(self) -> str:
        """Return the periods and their values as JSON."""
        if self.series is None:
            return ""
        found = {"categories": self.categories, **asdict(self.series)}
        return msgspec.json.encode(found).decode()


def assign_colors(names: Iterable[str]) -> dict[str, int]:
    """Return the colour of each name, the same wherever it is shown.

    It depends on the name, regardless of case; those that would share one take the next that is
    free, in the order of the alphabet. So give all names that there are, not only those shown.
    """
    colors: dict[str, int] = {}
    free: set[int] = set()
    for name in sorted(names, key=str.casefold):
        free = free or set(range(COLORS))
        wanted = blake2b(name.casefold().encode(), digest_size=2).digest()[0] % COLORS
        at = next(slot % COLORS for slot in range(wanted, wanted + COLORS) if slot % COLORS in free)
        free.remove(at)
        colors[name] = at + 1
    return colors


def fold_small(series: Sequence[Series], *, most: int = SHOWN_SERIES) -> tuple[Series, ...]:
    """Return the first series of a stack, and all further ones as one that is named "other".

    Give the largest first. A single further one stays as it is.
    """
    if len(series) <= most + 1:
        return tuple(series)
    rest = series[most:]
    values = tuple(_sum(each) for each in zip(*(one.values for one in rest), strict=True))
    texts = [one.partial or ("",) * len(values) for one in rest]
    partial = tuple(next(filter(None, each), "") for each in zip(*texts, strict=True))
    other = replace(
        rest[0],
        name=f"other ({len(rest)})",
        values=values,
        partial=partial if any(partial) else (),
        color=0,
        role="other",
    )
    return (*series[:most], other)


def _sum(values: Iterable[str | None]) -> str | None:
    known = [Decimal(value) for value in values if value is not None]
    return str(sum(known)) if known else None
