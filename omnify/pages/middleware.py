"""Who looks at a page, by the session cookie, and the headers that protect a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from omnify.api.limits import refuse_unfit_request
from omnify.api.problems import problem_response, to_omnify_error
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.permissions import (
    DocumentsOutstandingError,
    ReauthenticationRequiredError,
)
from omnify.pages.errors import error_page, page_not_found, wants_page
from omnify.pages.session import (
    RENEW_PATH,
    PageRequest,
    adopt_viewer,
    confirm_url,
    documents_url,
    fleet_origins,
    go_to,
    to_sign_in,
    voice_of,
)
from omnify.pages.shell import is_shell_path
from omnify.voices import speaking

GetResponse = Callable[[HttpRequest], HttpResponse]
_NOT_FOUND: Final = 404
_PACKED: Final = frozenset({"text/html", "application/json"})


_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "X-CSRFToken",
    "Access-Control-Max-Age": "600",
}
_UNFRAMED: Final = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def content_security_policy() -> str:
    """Allow no foreign or inline script, and forms and questions to the fleet's pages alone."""
    fleet = " ".join(sorted(fleet_origins()))
    return (
        "default-src 'self'; img-src 'self' data:;"
        f" connect-src 'self' {fleet}; form-action 'self' {fleet}; {_UNFRAMED}"
    )


class FleetMiddleware:
    """Let scripts of the fleet's other pages ask for the shell's parts, with the session's cookie.

    No other path answers another origin with a cookie, and no other origin is answered.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._fleet = fleet_origins()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the browser's question before the script's, and name the origin that may read."""
        path, origin = request.path_info, request.headers.get("Origin", "")
        if not (is_shell_path(path) or path == RENEW_PATH):
            return self._get_response(request)
        is_preflight = "Access-Control-Request-Method" in request.headers
        if origin in self._fleet and request.method == "OPTIONS" and is_preflight:
            response = HttpResponse(status=204, headers=_PREFLIGHT)
        else:
            response = self._get_response(request)
        patch_vary_headers(response, ["Origin"])
        if origin in self._fleet:
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Allow-Credentials"] = "true"
        return response


class ContentPolicyMiddleware:
    """Tell browsers what an answer may load, and that no other page may frame it.

    The admin's own pages have inline scripts and styles.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give every answer a policy that has none."""
        response = self._get_response(request)
        policy = _UNFRAMED if request.path_info.startswith("/admin/") else self._policy
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class PackingMiddleware(GZipMiddleware):
    """Pack pages and what their scripts ask for, with padding that hides the length of secrets.

    The API's answers and files go as they are: they may be long, and workbooks are packed already.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Pack an answer for a browser that can unpack it."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        is_packed = request.path_info.startswith("/app/") and kind in _PACKED
        return super().process_response(request, response) if is_packed else response


class PagesMiddleware:
    """Adopt the principal of the cookie on ``/app/`` paths, and their voice; never on API paths.

    The API takes bearer tokens alone, so that a cookie cannot be made to write there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Run a page for its viewer."""
        is_page = request.path_info.startswith("/app/")
        if is_page:
            adopt_viewer(request)
        with speaking(voice_of(request)):
            response = self._get_response(request)
            is_unknown = response.status_code == _NOT_FOUND and request.resolver_match is None
            if is_unknown and (is_page or wants_page(request)):
                return page_not_found(request)
        return response

    def process_view(
        self, request: PageRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what the page does not take before it is read."""
        try:
            if request.path_info.startswith("/app/"):
                refuse_unfit_request(request, view)
        except OmnifyError as error:
            return _refuse(request, error)
        return None

    def process_exception(self, request: PageRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal in plain words; lead to what is missing: a viewer, a consent, a proof."""
        if not request.path_info.startswith("/app/"):
            return None
        return _refuse(request, to_omnify_error(exception))


def _refuse(request: PageRequest, error: OmnifyError) -> HttpResponse:
    if is_shell_path(request.path_info):
        return problem_response(error)
    if isinstance(error, UnauthenticatedError):
        return to_sign_in(request, may_renew=True)
    if isinstance(error, DocumentsOutstandingError):
        return go_to(request, documents_url(request))
    if isinstance(error, ReauthenticationRequiredError):
        return go_to(request, confirm_url(request))
    return error_page(request, error)
