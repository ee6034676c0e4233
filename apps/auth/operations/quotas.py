"""The limits of an organization's plan, held where rows are created."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from apps.auth.exceptions import QuotaExceededError
from apps.auth.models import Invitation, Membership, Organization, QuotaUsage
from apps.auth.quotas import KINDS, limit_of
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.exceptions import InvalidInputError
from omnify.idempotency import once
from omnify.identity.audit import record_audit


def refuse_beyond_users(organization: Organization, *, now: datetime) -> None:
    """Refuse one more member; the organization's row has to be locked.

    Raises:
        QuotaExceededError: members and open invitations reach the limit.
    """
    invited = Invitation.objects.open_at(now).filter(organization=organization).count()
    taken = Membership.objects.filter(organization=organization).count() + invited
    limit = limit_of(organization.plan, "users")
    if taken >= limit:
        raise QuotaExceededError(kind="users", limit=limit, plan=organization.plan)


def consume_quota(*, kind: str, amount: int) -> int:
    """Count an amount against a limit, a negative one gives back; returns what is used now.

    Of any number of parallel calls only so many succeed as the limit holds.

    Raises:
        InvalidInputError: no plan limits this kind.
        QuotaExceededError: the amount does not fit.
    """
    if kind not in KINDS:
        raise InvalidInputError(f"'{kind[:64]}' is no quota; there are {', '.join(KINDS)}.")
    call = {"kind": kind, "amount": amount}
    with once("auth", "consume_quota", call, int) as slot:
        if slot.answer is not None:
            return slot.answer
        organization = Organization.objects.get(id=current_organization_id())
        limit = limit_of(organization.plan, kind)
        usage, _ = QuotaUsage.objects.get_or_create(organization=organization, kind=kind)
        fits = QuotaUsage.objects.filter(id=usage.id, used__lte=limit - amount)
        room = fits.filter(used__gte=-amount)
        if not room.update(used=F("used") + amount):
            raise QuotaExceededError(kind=kind, limit=limit, plan=organization.plan)
        usage.refresh_from_db()
        return slot.keep(usage.used)


def set_plan(*, plan: str) -> None:
    """Give the organization a plan; for the platform's operators."""
    with atomic("auth"):
        Organization.objects.filter(id=current_organization_id()).update(plan=plan)
        record_audit("auth", "auth.organization.plan_changed", plan=plan)
