"""What stands around a page's content: the whole of a page, or nothing for htmx."""

from __future__ import annotations

from typing import Literal

from omnify.pages.session import PageRequest

#: ``base`` has the navigation; ``plain`` is a card alone, for those whom nobody knows yet.
Layout = Literal["base", "plain"]


def is_part_asked(request: PageRequest) -> bool:
    """Return whether htmx fills a part of a page; going back beyond its history loads the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def template_of(layout: Layout, request: PageRequest) -> str:
    """Return the template that a page's own extends."""
    return f"omnify/pages/{'part' if is_part_asked(request) else layout}.html"
