"""Parts that say how something stands."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import msgspec

from omnify.pages import numbers
from omnify.pages.parts.base import Link, Part
from omnify.pages.parts.sparklines import Sparkline

Level = Literal["success", "info", "warning", "danger"]


class Banner(Part):
    """A sentence above the rest, maybe with a list of what it is about and a way on."""

    text: str
    level: Level = "info"
    items: tuple[str, ...] = ()
    link: Link | None = None


class Empty(Part):
    """Nothing here yet: why, and what to do next."""

    title: str
    text: str
    links: tuple[Link, ...] = ()
    #: What to do, where that is no page.
    action: Part | None = None


class Delta(Part):
    """A change, told by sign, arrow and colour."""

    text: str
    direction: Literal["up", "down", ""] = ""
    mood: Literal["green", "red", "secondary"] = "secondary"

    @classmethod
    def between(
        cls, before: Decimal | None, now: Decimal | None, *, is_good: bool | None
    ) -> Delta | None:
        """Return the relative change, None where there is no base for one.

        Args:
            before: what it is compared with.
            now: the value.
            is_good: whether more of it is good news; None where it is neither.
        """
        if now is None or not before:
            return None
        # By the base's size: -100 to 50 is a rise, though the quotient's sign says otherwise.
        change = (now - before) / abs(before)
        mood: Literal["green", "red", "secondary"] = "secondary"
        if abs(change) >= numbers.STEADY and is_good is not None:
            mood = "green" if (change > 0) == is_good else "red"
        direction: Literal["up", "down", ""] = "" if not change else "up" if change > 0 else "down"
        return cls(text=numbers.change(change), direction=direction, mood=mood)


class Tile(Part):
    """One figure, large and short; ``value`` is empty where it is unknown."""

    label: str
    value: str
    unit: str = ""
    change: Delta | None = None
    #: What the change is measured against.
    compared_with: str = ""
    #: What is said where there is no change to tell.
    otherwise: str = ""
    #: The value with all its digits, shown to those who point at the short one.
    exact: str = ""
    sparkline: Sparkline | None = None
    #: What a click shows, such as this figure in the chart.
    url: str = ""
    is_chosen: bool = False
    #: Where it comes from, which opens beside the page.
    origin_url: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One line of a listing, with what can be done about it."""

    text: str
    note: str = ""
    parts: tuple[Part, ...] = ()
    #: Where more is told of it.
    link: Link | None = None


class Listing(Part):
    """A few lines, each with its buttons."""

    entries: tuple[Entry, ...]


class Progress(Part):
    """How far long work is: asks its address again until there is an outcome."""

    url: str
    label: str
    text: str = ""
    percent: int = 0
    outcome: Part | None = None
    #: For how long it runs, in words.
    elapsed: str = ""
    cancel: Part | None = None


State = Literal["waiting", "running", "needs", "done", "failed"]
#: What each state is called, where nothing else is said.
STATES: Final[dict[State, str]] = {
    "waiting": "Waiting",
    "running": "Running",
    "needs": "Needs you",
    "done": "Done",
    "failed": "Failed",
}


class Chip(Part):
    """One of the five states, by its icon, its colour and a word."""

    state: State
    text: str = ""

    @property
    def shown(self) -> str:
        """Return the word."""
        return self.text or STATES[self.state]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a way; one that can be gone to has an address."""

    label: str
    url: str = ""
    state: Literal["done", "current", "ahead", "failed"] = "ahead"
    note: str = ""


class Steps(Part):
    """The steps of a way, with the one where one is."""

    label: str
    steps: tuple[Step, ...]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What happened at one time."""

    at: datetime
    text: str
    note: str = ""
    state: State = "done"
    link: Link | None = None


class Timeline(Part):
    """What happened, in order, each with its time."""

    label: str
    moments: tuple[Moment, ...]
