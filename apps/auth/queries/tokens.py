"""What access tokens say."""

from __future__ import annotations

from datetime import datetime

from apps.auth.models import Membership, Session
from apps.auth.queries.legal import list_outstanding
from apps.auth.queries.roles import permissions_of_membership
from omnify.context import Principal, PrincipalKind


def build_principal(session: Session, *, now: datetime) -> Principal | None:
    """Return the principal of a session, None when its user lost the membership."""
    membership = Membership.objects.filter(
        user_id=session.user_id, organization_id=session.organization_id
    ).first()
    if membership is None:
        return None
    return Principal(
        kind=PrincipalKind.USER,
        user_id=session.user_id,
        organization_id=session.organization_id,
        session_id=session.id,
        role=membership.role,
        permissions=permissions_of_membership(membership),
        is_staff=session.user.is_staff,
        rights_version=membership.version,
        must_accept_documents=bool(list_outstanding(user_id=session.user_id, now=now)),
    )
