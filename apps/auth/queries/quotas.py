"""The plan's limits and their use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.auth.models import QuotaUsage
from apps.auth.queries.invitations import list_invitations
from apps.auth.queries.members import list_members
from apps.auth.queries.organizations import get_organization
from apps.auth.quotas import KINDS, PLANS


def measure_quotas(*, now: datetime) -> dict[str, Any]:
    """The organization's plan, and of each limit how much is used."""
    organization = get_organization()
    kept = dict(QuotaUsage.objects.filter(organization=organization).values_list("kind", "used"))
    kept["users"] = list_members().count() + list_invitations(now=now).count()
    limits = PLANS[organization.plan]
    quotas = [{"kind": kind, "limit": limits[kind], "used": kept.get(kind, 0)} for kind in KINDS]
    return {"plan": organization.plan, "quotas": quotas}
