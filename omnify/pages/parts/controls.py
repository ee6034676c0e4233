"""Parts that people use: forms, buttons, the choice of days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import msgspec
from django.forms import BaseForm

from omnify.pages.days import say_days
from omnify.pages.parts.base import Link, Part


class Form(Part):
    """A form's fields and its button."""

    fields: BaseForm
    url: str
    button: str = "Save"
    #: Whether it stands in a line, as in a table; its labels are then for screen readers.
    is_inline: bool = False
    #: Whether the answer takes the place of the page's part; else the browser goes there.
    stays: bool = True


class Action(Part):
    """A button for one thing, at an address of its own (see ``omnify.pages.forms``)."""

    url: str
    label: str
    #: What it is about, for those who do not see where the button stands.
    about: str = ""
    #: Whether its address asks before it does it, as for all that cannot be undone.
    asks: bool = False


class Preset(msgspec.Struct, frozen=True):
    """A usual range of days, by its value in the address."""

    value: str
    label: str
    #: The key that chooses it.
    key: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One of a few values of the address, as people read it."""

    value: str
    label: str


#: What a range of days can be compared with.
COMPARISONS: Final = (
    Choice("off", "Nothing"),
    Choice("previous", "The days before"),
    Choice("year", "The year before"),
    Choice("custom", "Other days"),
)


class DateControl(Part):
    """The one choice of days, grain and comparison, in the address alone.

    ``range`` (a preset's value), or ``first`` and ``last``; ``grain``; ``compare`` (see
    ``COMPARISONS``), for other days with ``compare_first`` and ``compare_last``; ``weekday=1``
    where weekdays are to match; ``timezone``.
    """

    first: date
    last: date
    presets: tuple[Preset, ...]
    chosen: str = ""
    grains: tuple[Choice, ...] = ()
    grain: str = ""
    compare: str = "off"
    compare_first: date | None = None
    compare_last: date | None = None
    matches_weekday: bool = False
    timezone: str = ""
    #: The days that have data.
    earliest: date | None = None
    latest: date | None = None
    #: What is wrong with the days that were typed.
    problem: str = ""
    #: By the names of the address, what was typed in place of the days that are shown.
    typed: Mapping[str, str] = MappingProxyType({})
    id: str = "days"

    @property
    def summary(self) -> str:
        """Return what is chosen in a few words: ``1 Jan – 31 Dec 2018 · vs 2017``."""
        days = say_days(self.first, self.last)
        if self.compare == "off" or not (self.compare_first and self.compare_last):
            return days
        return f"{days} · vs {say_days(self.compare_first, self.compare_last)}"

    @property
    def fields(self) -> dict[str, str]:
        """Return what the fields of days hold: what was typed, else the days that are shown."""
        shown = {
            "first": self.first,
            "last": self.last,
            "compare_first": self.compare_first,
            "compare_last": self.compare_last,
        }
        return {name: day.isoformat() for name, day in shown.items() if day} | dict(self.typed)

    @property
    def comparisons(self) -> tuple[Choice, ...]:
        """Return what there is to compare with."""
        return COMPARISONS


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """One of the pages that belong together; ``count`` says how much is on it."""

    label: str
    url: str
    is_current: bool = False
    count: int | None = None


class Tabs(Part):
    """Pages that belong together, each at its own address."""

    label: str
    tabs: tuple[Tab, ...]


class Menu(Part):
    """What can be done besides the one thing that a page is for: links and actions under "…"."""

    label: str = "More"
    links: tuple[Link, ...] = ()
    actions: tuple[Action, ...] = ()


class Drawer(Part):
    """Details beside the page that they belong to, at an address of their own."""

    title: str
    parts: tuple[Part, ...]
    back_url: str
