"""The base of every API view: parse, call once, serialise, respond."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, TypeVar

import msgspec
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from omnify.api.keyed import answer_once
from omnify.api.pagination import Pages
from omnify.context import current
from omnify.exceptions import UnauthenticatedError
from omnify.identity.permissions import PUBLIC, check_declaration

_WRITES = ("post", "put", "patch", "delete")
S = TypeVar("S", bound=serializers.BaseSerializer[Any])


class ServiceView(APIView):
    """A view whose ``access`` names, per HTTP method, who may use it (see ``permissions``)."""

    access: ClassVar[dict[str, str]]
    #: A write with an ``Idempotency-Key`` runs once, in one transaction with its answer. False
    #: where an operation calls other services, and keeps its answer itself if it changes anything.
    keeps_answers: ClassVar[bool] = True
    #: The type of the object that the path names, and the name of its id there, where permissions
    #: are granted on such objects one by one.
    grants_on: ClassVar[tuple[str, str] | None] = None
    #: Read by the OpenAPI generator: lists are answered in pages.
    pagination_class: ClassVar = Pages

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_declaration(cls)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; where anybody may, a token that is of no use counts as none.

        A client whose token has ended can then sign in or refresh without taking it off first.
        """
        try:
            super().perform_authentication(request)
        except UnauthenticatedError:
            if self.access.get(request.method or "") != PUBLIC:
                raise

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a keyed write run once; REST framework takes the handler after this."""
        super().initial(request, *args, **kwargs)
        name = (request.method or "").lower()
        if self.keeps_answers and name in _WRITES and current().idempotency_key:
            setattr(self, name, partial(answer_once, self, getattr(self, name)))

    def parse(self, serializer_class: type[S], **options: Any) -> dict[str, Any]:
        """The validated body.

        Raises:
            rest_framework.exceptions.ValidationError: it is not valid; answered as 400.
        """
        serializer = serializer_class(data=self.request.data, **options)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def parse_query(self, serializer_class: type[S]) -> dict[str, Any]:
        """The validated query parameters; raises as ``parse`` does."""
        serializer = serializer_class(data=self.request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def paginated(
        self,
        rows: Any,
        serializer_class: type[serializers.BaseSerializer[Any]],
        *,
        ordering: str = Pages.ordering,
    ) -> Response:
        """A page of rows: ``{"results": […], "next": …}``."""
        pages = Pages()
        pages.ordering = ordering
        page: Any = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(serializer_class(page, many=True).data)


def answer(message: Any, status: int = 200) -> Response:
    """A message as a JSON answer: decimals and UUIDs as strings, dates in ISO 8601."""
    return Response(msgspec.to_builtins(message), status=status)
