"""The base of every API view: parse, call once, answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from rest_framework.request import Request
from rest_framework.views import APIView

from omnify.api.keyed import answer_once
from omnify.api.pagination import Page, Pages, list_of
from omnify.context import current
from omnify.exceptions import UnauthenticatedError
from omnify.identity.arrival import Arrival
from omnify.identity.permissions import PUBLIC, check_declaration, find_access
from omnify.services.messages import Message, as_message

_WRITES = ("post", "put", "patch", "delete")
_METHODS = ("get", *_WRITES)
M = TypeVar("M", bound=Message)


class ServiceView(Arrival, APIView):
    """A view whose methods are declared by ``route``."""

    #: Per HTTP method, who may use it: what the routes say.
    access: ClassVar[dict[str, str]]
    #: A write with an ``Idempotency-Key`` runs once, in one transaction with its answer. False
    #: where an operation calls other services, and keeps its answer itself if it changes anything.
    keeps_answers: ClassVar[bool] = True
    #: The type of the object that the path names, and the name of its id there, where permissions
    #: are granted on such objects one by one.
    grants_on: ClassVar[tuple[str, str] | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        routes = ((name, getattr(getattr(cls, name, None), "route", None)) for name in _METHODS)
        declared = {name.upper(): route.access for name, route in routes if route}
        cls.access = {**getattr(cls, "access", {}), **declared}
        check_declaration(cls)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate the caller; on public routes, an invalid token counts as none.

        A client whose token has expired can then sign in or refresh without taking it off first.
        """
        try:
            super().perform_authentication(request)
        except UnauthenticatedError:
            if find_access(self, request.method) != PUBLIC:
                raise

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a keyed write run once; REST framework takes the handler after this."""
        super().initial(request, *args, **kwargs)
        name = (request.method or "").lower()
        if self.keeps_answers and name in _WRITES and current().idempotency_key:
            setattr(self, name, partial(answer_once, self, getattr(self, name)))

    def page(
        self,
        rows: Any,
        item: type[M],
        *,
        ordering: str = Pages.ordering,
        convert: Callable[[Any], M] | None = None,
    ) -> Page[M]:
        """Return the page of rows that the query names, each as a message.

        Raises:
            CursorInvalidError, InvalidInputError: the query names none.
        """
        pages = Pages()
        pages.ordering = ordering
        page_rows: Any = pages.paginate_queryset(rows, self.request, view=self)
        to_item = convert or partial(as_message, item)
        page = list_of(Page, item)(
            results=tuple(to_item(row) for row in page_rows), next=pages.next_cursor()
        )
        return cast("Page[M]", page)
