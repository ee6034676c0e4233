"""Search HubSpot's objects without end: by ascending id, since a search shows 10,000 at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError, PaginationLoopError
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

PAGE: Final = 200

Filter = dict[str, str]


class Found(Message):
    """An object; properties are texts, or null where it has none."""

    id: str
    properties: dict[str, str | None]
    archived: bool = False


class Page(Message):
    """A page of a search, and how many objects the whole search finds."""

    total: int
    results: list[Found]


def search(
    api: Api, kind: str, filters: Sequence[Filter], properties: Sequence[str]
) -> Iterator[list[Found]]:
    """Yield the pages of all objects that filters find; each page goes on after the last id.

    Raises:
        IncompleteError: a page has fewer than HubSpot says that there are.
        PaginationLoopError: a page does not go on after the last id.
    """
    last = 0
    while True:
        after = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
        page = search_page(api, kind, [*filters, after], properties)
        if len(page.results) < min(PAGE, page.total):
            words = f"HubSpot finds {page.total:,} {kind} and gives {len(page.results):,} of them."
            raise IncompleteError(words)
        ids = [int(each.id) for each in page.results]
        if sorted({*ids}) != ids or (ids and ids[0] <= last):
            raise PaginationLoopError(f"HubSpot gave {kind} for the second time.")
        if page.results:
            yield page.results
        if page.total <= len(page.results):
            return
        last = ids[-1]


def search_page(
    api: Api, kind: str, filters: Sequence[Filter], properties: Sequence[str], limit: int = PAGE
) -> Page:
    """Return the first page of what filters find, by ascending id."""
    body: dict[str, Any] = {
        "filterGroups": [{"filters": list(filters)}],
        "properties": list(properties),
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "limit": limit,
    }
    version = api.configuration.api_version
    return read_as(Page, api.post(f"/crm/objects/{version}/{kind}/search", body, is_read=True))
