"""Organizations, members, roles, grants, brands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.auth.exceptions import (
    BrandNotFoundError,
    InvitationNotFoundError,
    MemberNotFoundError,
    RoleNotFoundError,
    SystemRoleError,
)
from apps.auth.models import (
    Brand,
    Grant,
    Invitation,
    Membership,
    Organization,
    QuotaUsage,
    Role,
    User,
)
from apps.auth.plans import KINDS, PLANS
from apps.auth.rbac import SYSTEM_ROLES
from apps.auth.tokens.secrets import hash_secret
from omnify.context import current, current_organization_id
from omnify.exceptions import NotFoundError


def get_organization() -> Organization:
    """The organization of the context.

    Raises:
        NotFoundError: it does not exist any more.
    """
    organization = Organization.objects.filter(id=current_organization_id()).first()
    if organization is None:
        raise NotFoundError
    return organization


def list_members() -> QuerySet[Membership]:
    """The organization's members with their users."""
    rows = Membership.objects.filter(organization_id=current_organization_id())
    return rows.select_related("user").order_by("-id")


def get_member(*, user_id: UUID) -> Membership:
    """A member of the organization.

    Raises:
        MemberNotFoundError: the user does not belong to it.
    """
    member = list_members().filter(user_id=user_id).first()
    if member is None:
        raise MemberNotFoundError(user_id=user_id)
    return member


def find_viewer() -> tuple[User, Organization] | None:
    """The user and the organization of the context, None where there is no such member."""
    context = current()
    user_id, organization_id = context.principal.user_id, context.organization_id
    if user_id is None or organization_id is None:
        return None
    member = Membership.objects.filter(user_id=user_id, organization_id=organization_id)
    found = member.select_related("user", "organization").first()
    return (found.user, found.organization) if found else None


def list_memberships(*, user_id: UUID) -> QuerySet[Membership]:
    """Where a user belongs."""
    return Membership.objects.filter(user_id=user_id).select_related("organization")


def list_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """The organization's open invitations."""
    return Invitation.objects.open_at(now).filter(organization_id=current_organization_id())


def get_open_invitation(*, secret: str, now: datetime) -> Invitation:
    """The invitation of a link, with its organization.

    Raises:
        InvitationNotFoundError: it is unknown, used, revoked or over.
    """
    rows = Invitation.objects.open_at(now).select_related("organization")
    invitation = rows.filter(token_hash=hash_secret(secret)).first()
    if invitation is None:
        raise InvitationNotFoundError
    return invitation


def name_of_role(*, role: str, organization_id: UUID) -> str:
    """What people call a role; whoever is invited is not in its organization yet."""
    if role in SYSTEM_ROLES:
        return role
    found = Role.unscoped.filter(organization_id=organization_id, id=role).first()
    return found.name if found else ""


def list_brands() -> QuerySet[Brand]:
    """The organization's brands."""
    return Brand.objects.all()


def get_brand(*, brand_id: UUID) -> Brand:
    """One of the organization's brands.

    Raises:
        BrandNotFoundError: there is no such brand here.
    """
    brand = Brand.objects.filter(id=brand_id).first()
    if brand is None:
        raise BrandNotFoundError(brand_id=brand_id)
    return brand


def list_custom_roles() -> QuerySet[Role]:
    """The organization's own roles."""
    return Role.objects.all()


def get_custom_role(*, role_id: UUID | str) -> Role:
    """One of the organization's own roles.

    Raises:
        SystemRoleError: it is one that nobody changes.
        RoleNotFoundError: there is no such role here.
    """
    if role_id in SYSTEM_ROLES:
        raise SystemRoleError(role=role_id)
    role = Role.objects.filter(id=role_id).first() if _is_uuid(role_id) else None
    if role is None:
        raise RoleNotFoundError(role=role_id)
    return role


def permissions_of_role(role: str) -> tuple[str, ...]:
    """What a role of the organization allows: a system role's name, or a custom role's id.

    Raises:
        RoleNotFoundError: there is no such role here.
    """
    if role in SYSTEM_ROLES:
        return SYSTEM_ROLES[role]
    return tuple(get_custom_role(role_id=role).permissions)


def permissions_of_membership(member: Membership) -> tuple[str, ...]:
    """What a member may do; nothing when their role is gone."""
    if member.role in SYSTEM_ROLES:
        return SYSTEM_ROLES[member.role]
    # At sign-in there is no organization in the context yet; the membership names it.
    role = Role.unscoped.filter(organization_id=member.organization_id, id=member.role).first()
    return tuple(role.permissions) if role else ()


def has_permission(
    *, user_id: UUID, permission: str, resource_type: str, resource_id: str, now: datetime
) -> bool:
    """Whether a member holds a permission, by role or by a grant on the object."""
    member = list_members().filter(user_id=user_id).first()
    if member is None:
        return False
    if permission in permissions_of_membership(member):
        return True
    grants = Grant.objects.filter(
        user_id=user_id, resource_type=resource_type, resource_id=resource_id
    )
    alive = grants.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return any(permission in grant.permissions for grant in alive)


def measure_quotas(*, now: datetime) -> dict[str, Any]:
    """The organization's plan, and of each limit how much is used."""
    organization = get_organization()
    kept = dict(QuotaUsage.objects.filter(organization=organization).values_list("kind", "used"))
    kept["users"] = list_members().count() + list_invitations(now=now).count()
    limits = PLANS[organization.plan]
    quotas = [{"kind": kind, "limit": limits[kind], "used": kept.get(kind, 0)} for kind in KINDS]
    return {"plan": organization.plan, "quotas": quotas}


def _is_uuid(text: UUID | str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
