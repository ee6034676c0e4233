"""Middleware of every process: the request's context, body limits, refusals outside DRF."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from uuid_utils.compat import uuid7

from omnify.api.limits import read_free_json, refuse_unfit_request
from omnify.api.problems import MEDIA_TYPE, problem_response, to_omnify_error
from omnify.conf import settings
from omnify.context import Context, enter, leave
from omnify.exceptions import (
    InvalidInputError,
    NotFoundError,
    NotHostedHereError,
    OmnifyError,
)
from omnify.giving_way import request_under_way
from omnify.idempotency.once import MAX_KEY_LENGTH, idempotency_key
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, owner_of
from omnify.telemetry.traces import continue_trace

GetResponse = Callable[[HttpRequest], HttpResponse]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY_LENGTH}}}")
_NOT_FOUND = 404


class ContextMiddleware:
    """Give the request its context, and its answer the request id.

    No answer is stored by a browser or a proxy unless it says otherwise: many hold tokens, secrets
    or customers' numbers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request inside its context."""
        context, key = _context(request), idempotency_key(request.META)
        # django-structlog takes the id from here.
        request.META["HTTP_X_REQUEST_ID"] = context.request_id
        token = enter(context)
        try:
            if key and not _KEY.fullmatch(key):
                response: HttpResponse = problem_response(_bad_key())
            else:
                with request_under_way():
                    response = self._get_response(request)
        finally:
            leave(token)
        response["X-Request-ID"] = context.request_id
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _context(request: HttpRequest) -> Context:
    sent = request.META
    offered = sent.get("HTTP_X_REQUEST_ID", "")
    return Context(
        request_id=offered if _REQUEST_ID.fullmatch(offered) else str(uuid7()),
        trace=continue_trace(sent.get("HTTP_TRACEPARENT", ""), sent.get("HTTP_TRACESTATE", "")),
        deadline=time.monotonic() + settings.REQUEST_SECONDS,
        client_address=sent.get("REMOTE_ADDR", ""),
    )


def _bad_key() -> InvalidInputError:
    message = f"An idempotency key has 1 to {MAX_KEY_LENGTH} visible ASCII characters."
    return InvalidInputError(errors=[{"field": "Idempotency-Key", "message": message}])


class SecureCookiesMiddleware:
    """Over https every cookie is for https alone, also those of libraries.

    Theirs also get names that browsers take from this host alone (``__Host-``), or over https
    alone where they have a path (``__Secure-``); Django knows one name for every scheme.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._names = {
            settings.CSRF_COOKIE_NAME: f"__Host-{settings.CSRF_COOKIE_NAME}",
            settings.SESSION_COOKIE_NAME: f"__Secure-{settings.SESSION_COOKIE_NAME}",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the cookies of the bound names alone, and mark what the answer sets."""
        if not request.is_secure():
            return self._get_response(request)
        for name, bound in self._names.items():
            request.COOKIES.pop(name, None)
            if bound in request.COOKIES:
                request.COOKIES[name] = request.COOKIES.pop(bound)
        response = self._get_response(request)
        for cookie in response.cookies.values():
            cookie["secure"] = True
        for name in self._names.keys() & response.cookies.keys():
            cookie, bound = response.cookies.pop(name), self._names[name]
            cookie.set(bound, cookie.value, cookie.coded_value)
            response.cookies[bound] = cookie
        return response


class RefusalMiddleware:
    """Answer unfit requests, unknown paths and stray errors of API routes with problems."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace a bare 404 by a problem that says whose path it is."""
        response = self._get_response(request)
        if response.status_code == _NOT_FOUND:
            owner = owner_of(request.path_info)
            if owner is not None and not is_hosted(owner.name):
                return problem_response(
                    NotHostedHereError(service=owner.name, url=find_public_url(owner.name))
                )
            if response.get("Content-Type") != MEDIA_TYPE and is_api_path(request.path_info):
                return problem_response(NotFoundError())
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what the view does not take before it is read."""
        try:
            refuse_unfit_request(request, view)
            if is_api_path(request.path_info) and not hasattr(view, "cls") and request.body:
                read_free_json(request.body)
        except OmnifyError as error:
            return problem_response(error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn what a plain Django view of the API raised into a problem."""
        return (
            problem_response(to_omnify_error(exception)) if is_api_path(request.path_info) else None
        )


def is_api_path(path: str) -> bool:
    """Tell whether a path is a program's, not a browser's."""
    return not path.startswith(("/app/", "/admin/", "/static/"))
