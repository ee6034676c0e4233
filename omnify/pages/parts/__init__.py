"""What pages are made of: values of a few kinds, each shown by one template."""

from omnify.pages.parts.base import Link, Part
from omnify.pages.parts.charts import Chart, Plot, Series
from omnify.pages.parts.controls import (
    Action,
    Choice,
    DateControl,
    DateRange,
    Drawer,
    Form,
    Menu,
    Preset,
    Tab,
    Tabs,
)
from omnify.pages.parts.sparklines import Sparkline
from omnify.pages.parts.states import (
    STATES,
    Banner,
    Chip,
    Delta,
    Empty,
    Entry,
    Listing,
    Moment,
    Progress,
    Step,
    Steps,
    Tile,
    Timeline,
)
from omnify.pages.parts.tables import Cell, Column, Pager, Table

__all__ = [
    "STATES",
    "Action",
    "Banner",
    "Cell",
    "Chart",
    "Chip",
    "Choice",
    "Column",
    "DateControl",
    "DateRange",
    "Delta",
    "Drawer",
    "Empty",
    "Entry",
    "Form",
    "Link",
    "Listing",
    "Menu",
    "Moment",
    "Pager",
    "Part",
    "Plot",
    "Preset",
    "Progress",
    "Series",
    "Sparkline",
    "Step",
    "Steps",
    "Tab",
    "Table",
    "Tabs",
    "Tile",
    "Timeline",
]
