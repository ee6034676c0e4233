"""The browser's session: an access token in a cookie, and where a browser without one goes."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.http import HttpRequest, HttpResponse

from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, provider_of

SIGN_IN_PATH = "/app/auth/sign-in"
RENEW_PATH = "/app/auth/renew"
SIGN_OUT_PATH = "/app/auth/sign-out"
DOCUMENTS_PATH = "/app/auth/documents"


def access_cookie(request: HttpRequest) -> str:
    """The name of the access token's cookie; over https the browser binds it to the host."""
    return "__Host-omnify-access" if request.is_secure() else "omnify-access"


def safe_next(target: str) -> str:
    """A path on this host to go to after signing in, ``/`` for anything else."""
    parts = urlsplit(target)
    is_path = not parts.scheme and not parts.netloc and target.startswith("/")
    # Browsers drop tabs and line breaks, and what is left may name another host.
    is_plain = target.isprintable() and not target.startswith(("//", "/\\"))
    return target if is_path and is_plain else "/"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def to_sign_in(request: HttpRequest, *, may_renew: bool) -> HttpResponse:
    """Send the browser to renew its session or to sign in, and back here afterwards."""
    path = RENEW_PATH if may_renew else SIGN_IN_PATH
    provider = provider_of("identity")
    base = "" if is_hosted(provider) else find_public_url(provider)
    here = request.headers.get("HX-Current-URL") if request.headers.get("HX-Request") else None
    back = safe_next(_path_of(here) if here else request.get_full_path())
    if base:
        back = request.build_absolute_uri(back)
    target = f"{base}{path}?next={quote(back, safe='')}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponse(status=302, headers={"Location": target})


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
