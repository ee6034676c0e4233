"""The base of every page, and the page that says what went wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from omnify.context import current
from omnify.exceptions import OmnifyError, PermissionDeniedError
from omnify.identity.permissions import (
    check_declaration,
    refuse_unless_allowed,
    refuse_without_consent,
)


class PageView(View):
    """A page whose ``access`` names, per HTTP method, who may use it, as on API views."""

    access: ClassVar[dict[str, str]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_declaration(cls)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Hold the viewer to ``access``, then answer."""
        method = "GET" if request.method == "HEAD" else request.method
        needed = self.access.get(method or "")
        if needed is not None:
            refuse_unless_allowed(current().principal, needed)
            refuse_without_consent(current().principal, self, method or "", needed)
        return super().dispatch(request, *args, **kwargs)


class CsrfFailedError(PermissionDeniedError):
    """A form came without the token that its page gave out."""

    code = "csrf_failed"
    title = "Form expired"
    message = "This form has expired. Go back, reload the page and send it again."


def error_page(request: HttpRequest, error: OmnifyError) -> HttpResponse:
    """A refusal in plain words, with the request id to quote."""
    return render(
        request,
        "omnify/pages/error.html",
        {"error": error, "request_id": current().request_id},
        status=error.status,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure view."""
    return error_page(request, CsrfFailedError())
