"""The browser's session: an access token in a cookie, and where a browser without one goes."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation.trans_real import parse_accept_lang_header
from django_htmx.middleware import HtmxDetails

from omnify.api.limits import PUBLIC_BODY_BYTES, REFUSAL_KEY
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import UnauthenticatedError
from omnify.identity.authentication import adopt, prove
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, provider_of
from omnify.voices import ENGLISH, VOICES, Voice, find_voice

SIGN_IN_PATH = "/app/auth/sign-in"
RENEW_PATH = "/app/auth/renew"
SIGN_OUT_PATH = "/app/auth/sign-out"
SWITCH_PATH = "/app/auth/switch"
DOCUMENTS_PATH = "/app/auth/documents"
CONFIRM_PATH = "/app/auth/confirm"
#: Names the address to which a form is sent again, with the renewed session.
RESEND: Final = "resend"
#: The access token's cookie over https, and otherwise.
ACCESS_COOKIES = ("__Host-omnify-access", "omnify-access")
#: Keeps the voice that the viewer chose; without it, it is that of the browser's languages.
VOICE_COOKIE: Final = "omnify-voice"


class PageRequest(HttpRequest):
    """A request with what htmx tells of it, if it made it."""

    htmx: HtmxDetails


def access_cookie(request: HttpRequest) -> str:
    """Return the name of the access token's cookie; over https it is bound to the host."""
    bound, plain = ACCESS_COOKIES
    return bound if request.is_secure() else plain


def adopt_viewer(request: HttpRequest) -> None:
    """Make the session of the browser's cookie that of the request, unless there is one already.

    Without a valid one, pages that need a viewer send the browser to renew; public ones do not.
    """
    token = request.COOKIES.get(access_cookie(request), "")
    if token and not current().principal.is_authenticated:
        with suppress(UnauthenticatedError):
            adopt(prove(token), request.META)


def voice_of(request: HttpRequest) -> Voice:
    """Return how numbers and days are written to a browser: as chosen, else as it asks for."""
    if chosen := VOICES.get(request.COOKIES.get(VOICE_COOKIE, "")):
        return chosen
    languages = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next(filter(None, (find_voice(tag) for tag, _ in languages)), ENGLISH)


def safe_next(target: str) -> str:
    """Return a path on this host to go to after signing in, ``/`` for anything else."""
    parts = split_address(target)
    is_path = not parts.scheme and not parts.netloc and target.startswith("/")
    # Browsers drop tabs and line breaks, and what is left may name another host.
    is_plain = target.isprintable() and not target.startswith(("//", "/\\"))
    return target if is_path and is_plain else "/"


def split_address(url: str) -> SplitResult:
    """Return the parts of an address that a client sent, empty ones where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def fleet_origins() -> frozenset[str]:
    """Return the origins of the fleet's pages."""
    return frozenset(origin_of(url) for url in settings.PUBLIC_URLS.values())


def to_sign_in(request: PageRequest, *, may_renew: bool) -> HttpResponse:
    """Send the browser to renew its session or to sign in, and back here afterwards.

    A form goes along, so that it is sent again and nothing that was typed is lost.
    """
    if may_renew and _can_be_sent_again(request):
        back = {RESEND: safe_next(request.get_full_path()), "next": _page_of(request)}
        return HttpResponseRedirect(f"{RENEW_PATH}?{urlencode(back)}", preserve_request=True)
    return go_to(request, _there_and_back(request, RENEW_PATH if may_renew else SIGN_IN_PATH))


def _can_be_sent_again(request: PageRequest) -> bool:
    """Tell whether a request is a form small enough, and its session is kept at this address."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    is_small = size <= PUBLIC_BODY_BYTES and REFUSAL_KEY not in request.META
    is_form = request.method == "POST" and request.path_info.startswith("/app/")
    return is_form and not request.htmx and is_small and not provider_base()


def documents_url(request: PageRequest) -> str:
    """Return where documents are accepted, and from where one comes back here."""
    return _there_and_back(request, DOCUMENTS_PATH)


def confirm_url(request: PageRequest) -> str:
    """Return where one proves who one is again, and from where one comes back here."""
    return _there_and_back(request, CONFIRM_PATH)


def go_to(request: PageRequest, target: str) -> HttpResponse:
    """Send the browser to another page, also when htmx or a script of ours asks."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponse(status=302, headers={"Location": target})


def provider_base() -> str:
    """Return the origin of the paths above, nothing where their service is hosted here."""
    provider = provider_of("identity")
    return "" if is_hosted(provider) else find_public_url(provider)


def _there_and_back(request: PageRequest, path: str) -> str:
    base, back = provider_base(), _page_of(request)
    if base:
        back = request.build_absolute_uri(back)
    return f"{base}{path}?next={quote(back, safe='')}"


def _page_of(request: PageRequest) -> str:
    """Return the page that the user is on; an address that only takes forms is none."""
    page = request.htmx.current_url if request.htmx else None
    if page is None and request.method == "POST":
        page = request.headers.get("Referer", "")
    if page is None:
        return safe_next(request.get_full_path())
    parts = split_address(page)
    is_here = parts.netloc == request.get_host()
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else "")) if is_here else "/"
