"""The base of every page."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from omnify.api.limits import refuse_null_characters
from omnify.context import current
from omnify.exceptions import MethodNotAllowedError
from omnify.identity.arrival import Arrival
from omnify.identity.permissions import (
    check_declaration,
    find_access,
    refuse_unless_allowed,
    refuse_without_consent,
)
from omnify.pages.layouts import Layout, is_part_asked, template_of
from omnify.pages.notices import forget_notices, read_notices
from omnify.pages.parts import Part
from omnify.pages.session import PageRequest

_NOTHING_TO_SEE = "There is nothing to see here: this address only takes what a page sends."


class PageView(Arrival, View):
    """A page whose ``access`` names, per HTTP method, who may use it, as on API views."""

    access: ClassVar[dict[str, str]]
    layout: ClassVar[Layout] = "base"
    request: PageRequest

    def __init_subclass__(cls, *, is_base: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not is_base:
            check_declaration(cls)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Hold the viewer to ``access``, then answer."""
        needed = find_access(self, request.method)
        if needed is not None:
            refuse_unless_allowed(current().principal, needed)
            refuse_without_consent(current().principal, self, request.method or "", needed)
        refuse_null_characters(request.GET, request.POST)
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(
        self, request: HttpRequest, *_args: Any, **_kwargs: Any
    ) -> NoReturn:
        """Refuse what the page has no answer to, such as opening what only takes a form.

        Raises:
            MethodNotAllowedError: always.
        """
        raise MethodNotAllowedError(_NOTHING_TO_SEE, method=request.method)

    def show(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Return the page, for htmx its part alone, with what was left to be said on it."""
        values = {
            "layout": template_of(self.layout, self.request),
            "notices": read_notices(self.request),
            **(context or {}),
        }
        response = render(self.request, template, values, status=status)
        forget_notices(self.request, response)
        return response

    def show_part(self, part: Part, *, heading: str) -> HttpResponse:
        """Return a part that asks for itself, on a page of its own where a browser opens it."""
        if is_part_asked(self.request):
            return render(self.request, part.template, {"part": part})
        return self.show("omnify/pages/single.html", {"heading": heading, "shown": part})
