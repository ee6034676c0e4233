"""What auth reads: sessions, organizations, members, public keys."""

from __future__ import annotations

import json
import re
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from apps.auth.models import Membership, Organization, SigningKey, TokenFamily, TokenFamilyQuerySet
from apps.auth.rbac import permissions_of
from apps.auth.tokens.signing import KeyPair, read_key
from omnify.api.authentication import SessionRevokedError
from omnify.conf import settings
from omnify.context import Principal, PrincipalKind, current, current_organization_id
from omnify.exceptions import NotFoundError

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


def get_organization() -> Organization:
    """The organization of the context.

    Raises:
        NotFoundError: it does not exist any more.
    """
    organization = Organization.objects.filter(id=current_organization_id()).first()
    if organization is None:
        raise NotFoundError
    return organization


def get_live_session(*, now: datetime) -> TokenFamily:
    """The session of the principal, with its user and organization.

    Raises:
        SessionRevokedError: it was ended after the access token was made, or its user was.
    """
    session_id = current().principal.session_id
    if session_id is None:
        raise SessionRevokedError
    found = (
        TokenFamily.objects.alive(now)
        .select_related("user", "organization")
        .filter(id=session_id, user__is_active=True)
        .first()
    )
    if found is None:
        raise SessionRevokedError
    return found


def list_sessions(*, user_id: UUID, now: datetime) -> TokenFamilyQuerySet:
    """A user's sessions that go on."""
    return TokenFamily.objects.alive(now).filter(user_id=user_id)


def build_principal(session: TokenFamily) -> Principal | None:
    """Who a session's access token proves, None when the user lost the membership."""
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
        permissions=permissions_of(membership.role),
        is_staff=session.user.is_staff,
    )


def list_public_keys() -> list[dict[str, str]]:
    """The JWKs that a valid access token may be signed with."""
    configured = configured_keys()
    if configured:
        return [json.loads(key.public_jwk) for key in configured]
    rows = SigningKey.objects.filter(retired_at=None).values_list("public_jwk", flat=True)
    return [json.loads(row) for row in rows]


def configured_keys() -> list[KeyPair]:
    """The keys of ``AUTH_SIGNING_KEYS``, newest first; they win over those in the database.

    Raises:
        ImproperlyConfigured: it is set and holds no key, which must not mean "use others".
    """
    found = _PEM.findall(settings.AUTH_SIGNING_KEYS)
    if settings.AUTH_SIGNING_KEYS.strip() and not found:
        raise ImproperlyConfigured("AUTH_SIGNING_KEYS holds no PEM: set RSA private keys or unset.")
    return [read_key(pem) for pem in found]
