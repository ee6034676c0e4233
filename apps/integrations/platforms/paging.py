"""Read lists that platforms give page by page, and notice pages that come again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from apps.integrations.platforms.refusals import PaginationLoopError

R = TypeVar("R")
M = TypeVar("M")


def read_pages(
    first: M, ask: Callable[[M], tuple[Sequence[R], M | None]], key: Callable[[R], object]
) -> Iterator[R]:
    """Yield the rows of all pages; a page is held at a time.

    Args:
        first: the mark of the first page.
        ask: gives a marked page's rows and the mark of the next, None after the last.
        key: what tells one row from all others.

    Raises:
        PaginationLoopError: a page begins as a former one did, or names it as the next.
    """
    begins: set[object] = set()
    marks: set[object] = set()
    mark: M | None = first
    while mark is not None:
        rows, following = ask(mark)
        marks.add(mark)
        begin = key(rows[0]) if rows else None
        if following in marks or (begin is not None and begin in begins):
            raise PaginationLoopError("The platform gave a page of a list for the second time.")
        begins.add(begin)
        yield from rows
        mark = following
