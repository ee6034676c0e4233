"""What pages are made of: values of a few kinds, each shown by one template."""

from omnify.pages.parts.base import Link, Part
from omnify.pages.parts.charts import Chart, Plot, Series
from omnify.pages.parts.controls import Action, DateRange, Form, Preset
from omnify.pages.parts.sections import Copyable, LinkButton, Section
from omnify.pages.parts.states import Banner, Delta, Empty, Entry, Listing, Progress, Tile
from omnify.pages.parts.tables import Cell, Column, Pager, Table

__all__ = [
    "Action",
    "Banner",
    "Cell",
    "Chart",
    "Column",
    "Copyable",
    "DateRange",
    "Delta",
    "Empty",
    "Entry",
    "Form",
    "Link",
    "LinkButton",
    "Listing",
    "Pager",
    "Part",
    "Plot",
    "Preset",
    "Progress",
    "Section",
    "Series",
    "Table",
    "Tile",
]
