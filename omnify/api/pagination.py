"""Lists in pages: ``{"results": […], "next": cursor or null}``."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from omnify.exceptions import NotFoundError

#: Far more than a cursor of ours has.
MAX_CURSOR_LENGTH = 500


class CursorInvalidError(NotFoundError):
    """A cursor leads nowhere in this list."""

    code = "cursor_invalid"
    message = "The cursor is not one that this list gave; begin again without it."


class Pages(CursorPagination):
    """Newest first; ``limit`` up to 200, ``cursor`` as the page before gave it."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    cursor_query_param = "cursor"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        """One page.

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
        """The ``limit`` of the query, at most 200.

        Raises:
            rest_framework.exceptions.ValidationError: it is no number from 1 on.
        """
        asked = request.query_params.getlist(self.page_size_query_param)
        if not asked:
            return self.page_size
        number = asked[0].lstrip("0")
        if len(asked) > 1 or not (number.isascii() and number.isdigit()):
            message = f"Give one number from 1 to {self.max_page_size}."
            raise ValidationError({self.page_size_query_param: message})
        return min(int(number[:6]), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters in OpenAPI."""
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in found:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "default": self.page_size}
            elif parameter["name"] == self.cursor_query_param:
                parameter["schema"] |= {"maxLength": MAX_CURSOR_LENGTH}
        return found

    def get_paginated_response(self, data: Any) -> Response:
        """The page and the cursor of the next one."""
        link = self.get_next_link()
        cursor = parse_qs(urlsplit(link).query)["cursor"][0] if link else None
        return Response({"results": data, "next": cursor})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in OpenAPI."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "nullable": True, "description": "Next cursor."},
            },
        }
