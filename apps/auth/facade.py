"""The contracts that auth implements: rows to messages."""

from __future__ import annotations

import json
from uuid import UUID

from django.utils import timezone

from apps.auth import queries
from apps.auth.contract import (
    Auth,
    Brand,
    Member,
    OrganizationProfile,
    PrincipalProfile,
    SessionState,
)
from apps.auth.models import Organization
from apps.auth.operations import api_keys, organizations, quotas, signing_keys
from omnify.context import current, current_user_id
from omnify.identity.contract import (
    ApiKeyPrincipal,
    Identity,
    VerificationKey,
    Viewer,
    ViewerOrganization,
)
from omnify.services.messages import as_message

#: Who is named to those whose role lacks something.
_MOST_OWNERS = 3


class AuthFacade(Auth):
    """Answers about the organization of the context."""

    def get_organization(self) -> OrganizationProfile:
        """Return the organization of the context."""
        return to_profile(queries.get_organization())

    def adopt_currency(self, currency: str) -> OrganizationProfile:
        """Settle the reporting currency unless it is settled already."""
        return to_profile(organizations.adopt_currency(currency=currency))

    def introspect_session(self, session_id: UUID) -> SessionState:
        """Return whether a session of the organization is active."""
        session = queries.find_session(session_id=session_id, now=timezone.now())
        if session is None:
            return SessionState(is_alive=False)
        return SessionState(
            is_alive=True, user_id=session.user_id, organization_id=session.organization_id
        )

    def get_principal(self, user_id: UUID) -> PrincipalProfile:
        """Return a member with their present rights."""
        member = queries.get_member(user_id=user_id)
        return as_message(
            PrincipalProfile,
            member,
            permissions=queries.permissions_of_membership(member),
            is_staff=member.user.is_staff,
        )

    def list_members(self) -> tuple[Member, ...]:
        """Return everybody who belongs to the organization, in order of joining."""
        return tuple(
            as_message(
                Member,
                row,
                email=row.user.email,
                first_name=row.user.first_name,
                last_name=row.user.last_name,
            )
            for row in queries.list_members().order_by("id")
        )

    def list_brands(self) -> tuple[Brand, ...]:
        """Return the organization's brands, by name."""
        return tuple(as_message(Brand, row) for row in queries.list_brands().order_by("name"))

    def check_permission(
        self, user_id: UUID, permission: str, resource_type: str = "", resource_id: str = ""
    ) -> bool:
        """Return whether a member holds a permission, by role or by a grant on the object."""
        return queries.has_permission(
            user_id=user_id,
            permission=permission,
            resource_type=resource_type,
            resource_id=resource_id,
            now=timezone.now(),
        )

    def consume_quota(self, kind: str, amount: int) -> int:
        """Count against the plan's limit or refuse; return what is used."""
        return quotas.consume_quota(kind=kind, amount=amount)

    def get_outstanding_documents(self, user_id: UUID) -> tuple[str, ...]:
        """Return the types of the legal documents that a user has yet to accept."""
        queries.get_member(user_id=user_id)
        rows = queries.list_outstanding(user_id=user_id, now=timezone.now())
        return tuple(row.document_type for row in rows)


class IdentityFacade(Identity):
    """Answers about keys, sessions and rights to the floor of each service."""

    def verification_keys(self) -> tuple[VerificationKey, ...]:
        """List the public keys; on a first start there is one after this."""
        return tuple(
            VerificationKey(kid=item["kid"], jwk=json.dumps(item))
            for item in signing_keys.publish_keys()
        )

    def describe_viewer(self) -> Viewer:
        """Return the names of the principal and of its organizations, empty where unknown."""
        viewer = queries.find_viewer()
        if viewer is None:
            return Viewer()
        user, organization = viewer
        memberships = queries.list_memberships(user_id=user.id)
        return Viewer(
            user_name=user.full_name,
            organization_name=organization.name,
            timezone=organization.timezone,
            is_sample=organization.is_demo,
            owners=tuple(each.user.full_name for each in queries.list_owners()[:_MOST_OWNERS]),
            organizations=tuple(
                ViewerOrganization(id=member.organization_id, name=member.organization.name)
                for member in memberships
            ),
        )

    def find_api_key(self, key_hash: str) -> ApiKeyPrincipal | None:
        """Return whom the API key with this SHA-256 acts for, None when it is of no use."""
        return _find_api_key(key_hash)

    def has_grant(self, permission: str, resource_type: str, resource_id: str) -> bool:
        """Return whether the principal's session holds a permission on one object."""
        now, session_id = timezone.now(), current().principal.session_id
        # An API key holds what its own list says, and is no session.
        if session_id is None or not queries.is_session_active(session_id=session_id, now=now):
            return False
        return queries.has_permission(
            user_id=current_user_id(),
            permission=permission,
            resource_type=resource_type,
            resource_id=resource_id,
            now=now,
        )


def _find_api_key(key_hash: str) -> ApiKeyPrincipal | None:
    now = timezone.now()
    key_and_principal = queries.find_api_key(key_hash=key_hash, now=now)
    if key_and_principal is None:
        return None
    key, principal = key_and_principal
    api_keys.note_use(key, now=now)
    return principal


def to_profile(organization: Organization) -> OrganizationProfile:
    """Return an organization as other services see it."""
    return as_message(OrganizationProfile, organization)
