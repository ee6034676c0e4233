"""Where browsers find the pages of other services, which may be at another address."""

from __future__ import annotations

from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.session import PageRequest, origin_of
from omnify.services.discovery import find_public_url
from omnify.services.registry import is_hosted, manifests


def place_of(request: PageRequest, service: str, path: str) -> str:
    """Return the address of a service's page, empty where none is known.

    It is a path alone where the browser finds it at the address that it asks.
    """
    base = "" if is_hosted(service) else find_public_url(service)
    if not base and not is_hosted(service):
        return ""
    is_here = not base or origin_of(base) == f"{request.scheme}://{request.get_host()}"
    return path if is_here else base + path


def first_page_of(request: PageRequest, service: str) -> str:
    """Return the address of a service's first page, empty where the viewer may not open it."""
    page = manifests()[service].navigation[0]
    is_open = is_allowed(current().principal, page.permission)
    return place_of(request, service, page.path) if is_open else ""
