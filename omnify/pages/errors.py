"""The pages that say in plain words what went wrong."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from omnify.api.middleware import is_api_path
from omnify.api.problems import problem_response, retry_after, to_omnify_error
from omnify.context import ANONYMOUS, current
from omnify.exceptions import (
    InternalServiceError,
    NotFoundError,
    OmnifyError,
    PermissionDeniedError,
)
from omnify.identity.contract import Viewer
from omnify.pages.advice import advise
from omnify.pages.layouts import template_of
from omnify.pages.session import PageRequest, adopt_viewer
from omnify.pages.viewers import viewers
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, owner_of

_ERROR: Final = "omnify/pages/error.html"
_PLAIN: Final = "omnify/pages/plain.html"


class CsrfFailedError(PermissionDeniedError):
    """A form came without the token that its page gave out."""

    code = "csrf_failed"
    title = "Form expired"
    message = "This form has expired. Go back, reload the page and send it again."


class PageNotFoundError(NotFoundError):
    """No page has this address."""

    code = "page_not_found"
    title = "Page not found"
    message = "There is no such page. It may have moved, or its address was mistyped."


class PageElsewhereError(NotFoundError):
    """The page belongs to a service that another process hosts."""

    code = "page_elsewhere"
    title = "Page not here"
    message = "This page is at another address: {url}"


class PageMissingError(NotFoundError):
    """The page belongs to a service of which no address is known."""

    code = "page_missing"
    title = "Page not here"
    message = "This page belongs to a part of Omnify that does not run here: {service}."


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a browser asks for a page; programs do not name HTML."""
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")


def error_page(request: PageRequest, error: OmnifyError) -> HttpResponse:
    """Return a refusal as a page, with what helps and the request id to quote."""
    adopt_viewer(request)
    principal = current().principal
    layout = template_of("base" if principal.is_authenticated else "plain", request)
    advice = advise(error, principal, viewers.describe(principal))
    context = {"layout": layout, "error": error, "advice": advice}
    page = render(request, _ERROR, context, status=error.status)
    return say_when(page, error)


def say_when(response: HttpResponse, error: OmnifyError) -> HttpResponse:
    """Return the answer to a refusal with the header that says when to come back, if it has one."""
    for name, value in retry_after(error).items():
        response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, or came to a foreign host; Django's 400 handler."""
    return _answer_stranger(request, to_omnify_error(exception))


def permission_denied(request: PageRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses, in the admin; its 403 handler."""
    error = to_omnify_error(exception)
    return problem_response(error) if is_api_path(request.path_info) else error_page(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer unexpected failures; Django's 500 handler."""
    return _answer_stranger(request, InternalServiceError())


def _answer_stranger(request: HttpRequest, error: OmnifyError) -> HttpResponse:
    """Return a refusal by a page that says nothing of the viewer and has no address.

    The host is not to be believed, or what describes the viewer may be what fails.
    """
    if is_api_path(request.path_info) and not wants_page(request):
        return problem_response(error)
    advice = advise(error, ANONYMOUS, Viewer())
    context = {"layout": _PLAIN, "error": error, "advice": advice}
    context["request_id"] = current().request_id
    page = HttpResponse(render_to_string(_ERROR, context), status=error.status)
    return say_when(page, error)


def csrf_failure(request: PageRequest, reason: str = "") -> HttpResponse:
    """Answer in place of Django's CSRF failure view."""
    return error_page(request, CsrfFailedError())


def page_not_found(request: PageRequest) -> HttpResponse:
    """Answer a path that no route of this process has."""
    owner = owner_of(request.path_info)
    if owner is None or is_hosted(owner.name):
        return error_page(request, PageNotFoundError())
    base = find_public_url(owner.name)
    if not base:
        return error_page(request, PageMissingError(service=owner.name))
    return error_page(request, PageElsewhereError(url=base + request.path_info))
