"""Changing what organizations say of themselves."""

from __future__ import annotations

from typing import Any

from apps.auth.models import Organization
from apps.auth.queries import get_organization
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.identity.audit import record_audit


def adopt_currency(*, currency: str) -> Organization:
    """Settle the organization's currency unless it is settled; of several calls the first wins."""
    with atomic("auth"):
        Organization.objects.filter(id=current_organization_id(), is_currency_settled=False).update(
            currency=currency, is_currency_settled=True
        )
    return get_organization()


def change_organization(**changes: Any) -> Organization:
    """Change the name, the time zone, the reporting currency or the branding."""
    if "currency" in changes:
        changes["is_currency_settled"] = True
    with atomic("auth"):
        record_audit("auth", "auth.organization.changed", fields=" ".join(sorted(changes)))
        Organization.objects.filter(id=current_organization_id()).update(**changes)
    return get_organization()
