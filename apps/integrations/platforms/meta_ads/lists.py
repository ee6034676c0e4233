"""Read Meta's lists: pages of objects with a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import MalformedError
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

T = TypeVar("T")


class _Cursors(Message):
    after: str = ""


class _Paging(Message):
    cursors: _Cursors | None = None
    next: str = ""


class _Page(Message):
    data: list[Any]
    paging: _Paging | None = None


def read_list(
    api: Api, path: str, parameters: Mapping[str, Any], kind: type[T], key: Callable[[T], object]
) -> Iterator[T]:
    """Yield the objects of all pages; it ends only where Meta says that there is no next page."""

    def ask(after: str) -> tuple[list[T], str | None]:
        page = read_as(
            _Page, api.get(path, {**parameters, "after": after} if after else parameters)
        )
        return read_as(list[kind], page.data), _find_next(page)  # type: ignore[valid-type]

    return read_pages("", ask, key)


def _find_next(page: _Page) -> str | None:
    """Return the cursor of the next page; None on the last one.

    The address of the next page is not followed: it carries the token.
    """
    if page.paging is None or not page.paging.next:
        return None
    if page.paging.cursors is None or not page.paging.cursors.after:
        raise MalformedError("Meta says that there is a next page, and not where.")
    return page.paging.cursors.after
