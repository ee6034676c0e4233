"""Charts: the figure on the page, and the numbers that its address answers."""

from __future__ import annotations

from typing import Literal

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


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """What ``chart.js`` draws; ``title`` says what is found in it."""

    title: str
    unit: str
    grain: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def to_table(self) -> Table:
        """Return the same numbers as a table, a row a period."""
        names = [series.name for series in self.series]
        columns = (Column("period", "Period"), *(Column(name, name, self.unit) for name in names))
        rows = tuple(
            (Cell(category), *(Cell(series.values[at]) for series in self.series))
            for at, category in enumerate(self.categories)
        )
        return Table(id="plot", caption=self.title, columns=columns, rows=rows)
