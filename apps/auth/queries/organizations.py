"""Organizations."""

from __future__ import annotations

from apps.auth.models import Organization
from omnify.context import current_organization_id
from omnify.exceptions import NotFoundError


def get_organization() -> Organization:
    """Return the organization of the context.

    Raises:
        NotFoundError: it does not exist any more.
    """
    organization = Organization.objects.filter(id=current_organization_id()).first()
    if organization is None:
        raise NotFoundError
    return organization
