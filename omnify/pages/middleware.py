"""Who looks at a page, by the session cookie, and the headers that protect a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from omnify.api.limits import refuse_unfit_request
from omnify.api.problems import to_omnify_error
from omnify.conf import settings
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.permissions import (
    DocumentsOutstandingError,
    ReauthenticationRequiredError,
)
from omnify.pages.errors import error_page, page_not_found, wants_page
from omnify.pages.session import (
    PageRequest,
    adopt_viewer,
    confirm_url,
    documents_url,
    go_to,
    origin_of,
    to_sign_in,
)

GetResponse = Callable[[HttpRequest], HttpResponse]
_NOT_FOUND: Final = 404


_UNFRAMED: Final = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def content_security_policy() -> str:
    """Allow no foreign or inline script, and forms to the pages of the fleet alone."""
    fleet = " ".join(sorted({origin_of(url) for url in settings.PUBLIC_URLS.values()}))
    return f"default-src 'self'; img-src 'self' data:; form-action 'self' {fleet}; {_UNFRAMED}"


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


class PagesMiddleware:
    """Adopt the principal of the cookie on ``/app/`` paths; never on API paths.

    The API takes bearer tokens alone, so that a cookie cannot be made to write there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Run a page for its viewer."""
        is_page = request.path_info.startswith("/app/")
        if is_page:
            adopt_viewer(request)
        response = self._get_response(request)
        is_unknown = response.status_code == _NOT_FOUND and request.resolver_match is None
        return (
            page_not_found(request) if is_unknown and (is_page or wants_page(request)) else response
        )

    def process_view(
        self, request: PageRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what the page does not take before it is read."""
        try:
            if request.path_info.startswith("/app/"):
                refuse_unfit_request(request, view)
        except OmnifyError as error:
            return error_page(request, error)
        return None

    def process_exception(self, request: PageRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal in plain words; lead to what is missing: a viewer, a consent, a proof."""
        if not request.path_info.startswith("/app/"):
            return None
        error = to_omnify_error(exception)
        if isinstance(error, UnauthenticatedError):
            return to_sign_in(request, may_renew=True)
        if isinstance(error, DocumentsOutstandingError):
            return go_to(request, documents_url(request))
        if isinstance(error, ReauthenticationRequiredError):
            return go_to(request, confirm_url(request))
        return error_page(request, error)
