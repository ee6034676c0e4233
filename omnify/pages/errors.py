"""The pages that say in plain words what went wrong."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from omnify.api.middleware import is_api_path
from omnify.api.problems import problem_response, retry_after, to_omnify_error
from omnify.context import current
from omnify.exceptions import NotFoundError, OmnifyError, PermissionDeniedError
from omnify.pages.layouts import template_of
from omnify.pages.session import PageRequest
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, owner_of

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


def error_page(request: PageRequest, error: OmnifyError) -> HttpResponse:
    """Return a refusal as a page, with the request id to quote."""
    layout = template_of("base" if current().principal.is_authenticated else "plain", request)
    context = {"layout": layout, "error": error, "request_id": current().request_id}
    page = render(request, "omnify/pages/error.html", context, status=error.status)
    return say_when(page, error)


def say_when(response: HttpResponse, error: OmnifyError) -> HttpResponse:
    """Return the answer to a refusal with the header that says when to come back, if it has one."""
    for name, value in retry_after(error).items():
        response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, or came to a foreign host; Django's 400 handler.

    The page says nothing of the viewer and has no address, since the host is not to be believed.
    """
    error = to_omnify_error(exception)
    if is_api_path(request.path_info):
        return problem_response(error)
    context = {"layout": _PLAIN, "error": error, "request_id": current().request_id}
    page = render_to_string("omnify/pages/error.html", context)
    return HttpResponse(page, status=error.status)


def csrf_failure(request: PageRequest, reason: str = "") -> HttpResponse:
    """Answer in place of Django's CSRF failure view."""
    return error_page(request, CsrfFailedError())


def page_not_found(request: PageRequest) -> HttpResponse:
    """Answer a path that no route of this process has."""
    owner = owner_of(request.path_info)
    if owner is None or is_hosted(owner.name):
        return error_page(request, PageNotFoundError())
    url = find_public_url(owner.name) + request.path_info
    return error_page(request, PageElsewhereError(url=url))
