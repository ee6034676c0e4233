"""The plan's limits and their use."""

from __future__ import annotations

from datetime import datetime

from apps.auth.messages.quotas import Quota, Quotas
from apps.auth.models import QuotaUsage
from apps.auth.queries.invitations import list_invitations
from apps.auth.queries.members import list_members
from apps.auth.queries.organizations import get_organization
from apps.auth.quotas import KINDS, PLANS


def measure_quotas(*, now: datetime) -> Quotas:
    """Return the organization's plan, and how much is used of each limit."""
    organization = get_organization()
    kept = dict(QuotaUsage.objects.filter(organization=organization).values_list("kind", "used"))
    kept["users"] = list_members().count() + list_invitations(now=now).count()
    limits = PLANS[organization.plan]
    quotas = (Quota(kind=kind, limit=limits[kind], used=kept.get(kind, 0)) for kind in KINDS)
    return Quotas(plan=organization.plan, quotas=tuple(quotas))
