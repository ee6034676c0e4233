"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator

from omnify.pages.numbers import count
from omnify.pages.parts import Pager


def pick_page(
    rows: Any, *, number: str | None, size: int, order: str = ""
) -> tuple[Page[Any], Pager]:
    """Return a page of many rows, and the ways to the others.

    ``order`` says in which order the rows are, such as "newest first".
    """
    page = Paginator(rows, size).get_page(number)
    first, last, of = map(count, (page.start_index(), page.end_index(), page.paginator.count))
    shown = f"{first} to {last} of {of}"
    return page, Pager(
        previous=str(page.previous_page_number()) if page.has_previous() else "",
        next=str(page.next_page_number()) if page.has_next() else "",
        summary=", ".join(filter(None, (shown, order))),
    )
