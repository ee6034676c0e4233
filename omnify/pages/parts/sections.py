"""Parts that hold others together, and texts to take along."""

from __future__ import annotations

from omnify.pages.parts.base import Part


class Section(Part):
    """A part of a page with a heading of its own."""

    title: str
    text: str = ""
    parts: tuple[Part, ...] = ()


class Late(Part):
    """A section that is asked for once the page is there: it has its place, and its heading."""

    title: str
    url: str


class Copyable(Part):
    """A text to take along, such as a link: selected by keyboard, copied by a button."""

    id: str
    label: str
    text: str


class LinkButton(Part):
    """A way to another page that stands among buttons."""

    url: str
    label: str
    #: What it is about, for those who do not see where it stands.
    about: str = ""
