"""Parts that people use: forms, buttons, the choice of days."""

from __future__ import annotations

from datetime import date

import msgspec
from django.forms import BaseForm

from omnify.pages.parts.base import Part


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


class DateRange(Part):
    """The days that a page is about.

    The address alone says them, in whose zone they are too, so that it can be shared: ``range`` (a
    preset's value), or ``first`` and ``last``, and ``timezone``.
    """

    first: date
    last: date
    presets: tuple[Preset, ...]
    chosen: str = ""
    timezone: str = ""
