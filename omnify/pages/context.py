"""What every page's template knows: the viewer and the navigation of the fleet."""

from __future__ import annotations

from typing import Any

from omnify import __version__
from omnify.context import Principal, current
from omnify.exceptions import OmnifyError
from omnify.identity.permissions import refuse_unless_allowed
from omnify.pages.session import (
    DOCUMENTS_PATH,
    SIGN_OUT_PATH,
    SWITCH_PATH,
    PageRequest,
    documents_url,
    provider_base,
)
from omnify.pages.viewers import viewers
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, manifests


def shell(request: PageRequest) -> dict[str, Any]:
    """Return the template context of the shell (see ``base.html``)."""
    principal = current().principal
    viewer = viewers.describe(principal)
    return {
        "user_name": viewer.user_name,
        "organization_name": viewer.organization_name,
        "other_organizations": [
            item for item in viewer.organizations if item.id != principal.organization_id
        ],
        "switch_url": provider_base() + SWITCH_PATH,
        "start_url": request.build_absolute_uri("/") if provider_base() else "/",
        "documents_url": _documents_url(request, principal),
        "sign_out_url": provider_base() + SIGN_OUT_PATH,
        "signed_in": principal.is_authenticated,
        "viewer": principal,
        "navigation": _navigation(request, principal),
        "request_id": current().request_id,
        "omnify_version": __version__,
    }


def _documents_url(request: PageRequest, principal: Principal) -> str:
    """Return where documents wait for consent, nothing where none do and on that page."""
    if not principal.must_accept_documents or request.path == DOCUMENTS_PATH:
        return ""
    return documents_url(request)


def _navigation(request: PageRequest, principal: Principal) -> list[dict[str, Any]]:
    return [
        {
            "label": item.label,
            "url": item.path if is_hosted(name) else find_public_url(name) + item.path,
            "icon": item.icon,
            "current": request.path == item.path,
            "external": not is_hosted(name),
        }
        for name, manifest in manifests().items()
        for item in manifest.navigation
        if _may(principal, item.permission)
    ]


def _may(principal: Principal, permission: str) -> bool:
    try:
        refuse_unless_allowed(principal, permission)
    except OmnifyError:
        return False
    return True
