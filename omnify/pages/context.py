"""What every page's template knows: the viewer and the navigation of the fleet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from omnify import __version__
from omnify.api.permissions import refuse_unless_allowed
from omnify.context import Principal, current
from omnify.exceptions import OmnifyError
from omnify.pages.session import SIGN_OUT_PATH
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, manifests, provider_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The template context of the shell (see ``base.html``)."""
    principal = current().principal
    return {
        "sign_out_url": _provider_base() + SIGN_OUT_PATH,
        "signed_in": principal.is_authenticated,
        "viewer": principal,
        "navigation": _navigation(request, principal),
        "request_id": current().request_id,
        "omnify_version": __version__,
    }


def _provider_base() -> str:
    provider = provider_of("identity")
    return "" if is_hosted(provider) else find_public_url(provider)


def _navigation(request: HttpRequest, principal: Principal) -> list[dict[str, Any]]:
    return [
        {
            "label": item.label,
            "url": item.path if is_hosted(name) else find_public_url(name) + item.path,
            "icon": item.icon,
            "current": request.path == item.path,
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
