"""What every page's template knows: the viewer and the navigation of the fleet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from omnify import __version__
from omnify.context import Principal, current
from omnify.identity.permissions import is_allowed
from omnify.pages.session import (
    DOCUMENTS_PATH,
    RENEW_PATH,
    SIGN_IN_PATH,
    SIGN_OUT_PATH,
    SWITCH_PATH,
    PageRequest,
    documents_url,
    provider_base,
)
from omnify.pages.viewers import viewers
from omnify.services.discovery import find_public_url
from omnify.services.manifest import NAVIGATION_GROUPS, NavigationItem
from omnify.services.registry import is_hosted, manifests
from omnify.voices import current_voice

_ADMIN_PATH: Final = "/admin/"


class Page(NamedTuple):
    """A page in the side bar."""

    label: str
    url: str
    icon: str
    is_current: bool = False


class Group(NamedTuple):
    """Pages that belong together, maybe under a word."""

    label: str
    pages: tuple[Page, ...]


def shell(request: PageRequest) -> dict[str, Any]:
    """Return the template context of the shell (see ``base.html``)."""
    principal = current().principal
    viewer, pages = viewers.describe(principal), _find_pages(request, principal)
    return {
        "user_name": viewer.user_name,
        "organization_name": viewer.organization_name,
        "is_sample": viewer.is_sample,
        "other_organizations": [
            item for item in viewer.organizations if item.id != principal.organization_id
        ],
        "switch_url": provider_base() + SWITCH_PATH,
        "start_url": request.build_absolute_uri("/") if provider_base() else "/",
        "documents_url": _documents_url(request, principal),
        "sign_out_url": provider_base() + SIGN_OUT_PATH,
        "signed_in": principal.is_authenticated,
        "viewer": principal,
        "navigation": [
            Group(label, tuple(pages[name]))
            for name, label in NAVIGATION_GROUPS.items()
            if name in pages
        ],
        "account_pages": pages.get("account", []),
        "search_urls": json.dumps(_shell_urls("search")),
        "needs_urls": json.dumps(_shell_urls("needs")),
        "work_urls": json.dumps(_shell_urls("work")),
        "renew_url": provider_base() + RENEW_PATH,
        "sign_in_url": provider_base() + SIGN_IN_PATH,
        "request_id": current().request_id,
        "omnify_version": __version__,
        "voice": json.dumps(msgspec.to_builtins(current_voice())),
    }


def _documents_url(request: PageRequest, principal: Principal) -> str:
    """Return where documents wait for consent, nothing where none do and on that page."""
    if not principal.must_accept_documents or request.path == DOCUMENTS_PATH:
        return ""
    return documents_url(request)


def _find_pages(request: PageRequest, principal: Principal) -> dict[str, list[Page]]:
    """Return the pages that the viewer may open by group, the lightest first."""
    items = sorted(_items(principal), key=lambda found: found[1].weight)
    here = max((item.path for name, item in items if _is_at(request, name, item)), default="")
    pages: dict[str, list[Page]] = {}
    for name, item in items:
        base = "" if is_hosted(name) else find_public_url(name)
        if base or is_hosted(name):
            page = Page(item.label, base + item.path, item.icon, is_current=item.path == here)
            pages.setdefault(item.group, []).append(page)
    if principal.is_staff:
        admin = Page("Admin", f"{provider_base()}{_ADMIN_PATH}", "server")
        pages.setdefault("settings", []).append(admin)
    return pages


def _is_at(request: PageRequest, service: str, item: NavigationItem) -> bool:
    """Tell whether a request is for a page, or for one below it."""
    below = item.path.rstrip("/") + "/"
    return is_hosted(service) and f"{request.path}/".startswith(below)


def _items(principal: Principal) -> Iterator[tuple[str, NavigationItem]]:
    """Yield the pages of all services that the viewer may open."""
    for name, manifest in manifests().items():
        for item in manifest.navigation:
            if is_allowed(principal, item.permission):
                yield name, item


def _shell_urls(part: str) -> list[dict[str, str]]:
    """Return where services give something to a part of the shell, each with its base address."""
    bases = {name: "" if is_hosted(name) else find_public_url(name) for name in manifests()}
    return [
        {"base": bases[name], "url": f"{bases[name]}/app/{name}/shell/{part}"}
        for name, manifest in manifests().items()
        if part in manifest.gives_to_shell and (is_hosted(name) or bases[name])
    ]
