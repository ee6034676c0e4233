"""Charts: the figure on the page, and the numbers that its address answers."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from omnify.pages.parts.base import Part
from omnify.pages.parts.tables import Cell, Column, Table


class Chart(Part):
    """A figure that ``chart.js`` fills with the plot at its address."""

    url: str
    #: Shown until the finding is known.
    title: str
    csv_url: str = ""


class Series(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The values of one name, as decimal strings; None where nothing is known."""

    name: str
    values: tuple[str | None, ...]
    type: Literal["bar", "line"] | None = None
    stack: str = ""
    axis: Literal["left", "right"] = "left"
    #: What is said of values whose period lacks days, such as "3 of 7 days"; empty of whole ones.
    partial: tuple[str, ...] = ()


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """What ``chart.js`` draws; ``title`` says what is found in it.

    A partial value is drawn hollow and joined to no whole one, so that it is no fall.
    """

    title: str
    unit: str
    grain: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what the chart's address answers."""
        answer: dict[str, Any] = msgspec.to_builtins(self)
        return answer

    def to_table(self) -> Table:
        """Return the same numbers as a table, a row a period, and what is partial."""
        names = [series.name for series in self.series]
        partial = (Column("partial", "Partial"),) if names else ()
        columns = (
            Column("period", "Period"),
            *(Column(name, name, self.unit) for name in names),
            *partial,
        )
        rows = tuple(
            (
                Cell(category),
                *(Cell(series.values[at]) for series in self.series),
                *(Cell(self._partial(at)) for _ in partial),
            )
            for at, category in enumerate(self.categories)
        )
        return Table(id="plot", caption=self.title, columns=columns, rows=rows)

    def _partial(self, at: int) -> str | None:
        """Return which values of a period lack days; None where all are whole."""
        said = (f"{each.name}: {each.partial[at]}" for each in self.series if each.partial)
        return "; ".join(text for text in said if not text.endswith(": ")) or None
