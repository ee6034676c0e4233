"""Lists: ``{"results": […], "next": cursor or null}``, in pages where they can be long."""

from __future__ import annotations

from functools import cache
from types import new_class
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError as DjangoValidationError
from msgspec import Meta
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from omnify.api.parsing import parse_parameters
from omnify.exceptions import CursorInvalidError
from omnify.services.messages import Message

T = TypeVar("T")
#: Far more than a cursor of ours has.
MAX_CURSOR_LENGTH = 500
_PAGE_SIZE, _MAX_PAGE_SIZE = 50, 200


class PageQuery(Message):
    """Which page of a list."""

    limit: Annotated[
        int,
        Meta(
            ge=1, le=2**31 - 1, description=f"Rows in a page; at most {_MAX_PAGE_SIZE} are given."
        ),
    ] = _PAGE_SIZE
    cursor: Annotated[
        str, Meta(max_length=MAX_CURSOR_LENGTH, description="The `next` of the page before.")
    ] = ""


class Results(Message, Generic[T]):
    """A list that is short enough to be answered whole."""

    results: tuple[T, ...]
    next: Annotated[
        str | None, Meta(description="Always null: the list is whole.", examples=[None])
    ] = None


class Page(Results[T], Generic[T]):
    """A page of a list, newest first unless said otherwise."""

    next: Annotated[
        str | None,
        Meta(
            description="Cursor of the next page, null on the last.", examples=["cD0yMDI2LTExLTI5"]
        ),
    ] = None


@cache
def list_of(kind: type[Message], item: type[Message]) -> type[Message]:
    """Return the message of a list of items, named after them in the OpenAPI document."""
    suffix = "Page" if kind is Page else "List"
    return new_class(f"{item.__name__}{suffix}", (kind[item],))  # type: ignore[index]


class Pages(CursorPagination):
    """Rows in the order of a unique column; ``limit`` up to 200, ``cursor`` of the page before."""

    ordering = "-id"
    page_size_query_param = "limit"
    cursor_query_param = "cursor"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        """Return one page.

        Raises:
            CursorInvalidError: the cursor is no list's, or another list's.
        """
        if len(request.query_params.get(self.cursor_query_param, "")) > MAX_CURSOR_LENGTH:
            raise CursorInvalidError
        try:
            cursor = self.decode_cursor(request)
        except NotFound as error:
            raise CursorInvalidError from error
        if cursor is not None and cursor.position is not None:
            [name, *_] = self.get_ordering(request, queryset, view)
            fields = queryset.model._meta  # noqa: SLF001 - Django's documented API
            try:
                fields.get_field(name.lstrip("-")).clean(cursor.position, None)
            except DjangoValidationError as error:
                raise CursorInvalidError from error
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int:
        """Return the ``limit`` of the query, at most 200.

        Raises:
            InvalidInputError: it is not what ``PageQuery`` says.
        """
        others = request.query_params.keys() - {self.page_size_query_param}
        query = parse_parameters(PageQuery, request.query_params, others=others)
        return min(query.limit, _MAX_PAGE_SIZE)

    def next_cursor(self) -> str | None:
        """Return the cursor of the next page, None on the last one."""
        link = self.get_next_link()
        return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
