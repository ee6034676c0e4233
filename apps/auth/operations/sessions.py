"""Sessions: opening them, giving them successors, ending them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from apps.auth.exceptions import (
    DeviceNotFoundError,
    NotAMemberError,
    SessionNotFoundError,
)
from apps.auth.models import Membership, Organization, Session, User
from apps.auth.queries import require_fresh_session
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.arrival import Device
from omnify.identity.audit import Target, record_audit
from omnify.identity.contract import SessionRevoked
from omnify.identity.revocations import SessionRevokedError
from omnify.services.messages import Message

SESSION_LIFETIME = timedelta(days=30)
REMEMBERED_LIFETIME = timedelta(days=90)


class Proof(Message):
    """The methods by which a user proved who they are, such as ``password`` and ``totp``."""

    methods: tuple[str, ...]
    is_remembered: bool = False


def open_session(
    *, user: User, organization: Organization, device: Device, proof: Proof, now: datetime
) -> Session:
    """Open a session of a user in an organization."""
    lifetime = REMEMBERED_LIFETIME if proof.is_remembered else SESSION_LIFETIME
    with atomic("auth"):
        session = Session.objects.create(
            user=user,
            organization=organization,
            created_at=now,
            authenticated_at=now,
            methods=",".join(proof.methods),
            rotated_at=now,
            expires_at=now + lifetime,
            is_remembered=proof.is_remembered,
            user_agent=device.user_agent[:300],
            device_name=device.name,
            device_id=uuid5(user.id, device.name or device.user_agent),
            address=device.address,
        )
        record_session("auth.session.opened", session, methods=session.methods)
    return session


def switch_organization(
    *, session: Session, organization_id: UUID, device: Device, now: datetime
) -> Session:
    """End a session and open its successor in another organization of the same user.

    Raises:
        NotAMemberError: the user does not belong there.
        SessionRevokedError: the session was ended meanwhile.
    """
    member = Membership.objects.filter(user_id=session.user_id, organization_id=organization_id)
    membership = member.select_related("organization").first()
    if membership is None:
        raise NotAMemberError(organization_id=organization_id)
    return _succeed(session, membership.organization, device, proof=None, now=now)


def renew_session(
    *, session: Session, device: Device, proof: Proof | None, now: datetime
) -> Session:
    """End the session and open its successor, so that a copy is worthless.

    Without a new proof the successor is as old as the session's last one.

    Raises:
        SessionRevokedError: the session was ended meanwhile.
    """
    return _succeed(session, session.organization, device, proof=proof, now=now)


def _succeed(
    session: Session,
    organization: Organization,
    device: Device,
    *,
    proof: Proof | None,
    now: datetime,
) -> Session:
    former = tuple(session.methods.split(",")) if session.methods else ()
    used = Proof(methods=proof.methods if proof else former, is_remembered=session.is_remembered)
    device = Device(user_agent=device.user_agent, address=device.address, name=session.device_name)
    with atomic("auth"):
        lock_user(session.user_id)
        if not revoke_sessions(now=now, reason="succeeded by another", id=session.id):
            raise SessionRevokedError
        heir = open_session(
            user=session.user, organization=organization, device=device, proof=used, now=now
        )
        # The absolute end, and without a new proof also its age, are those of the first session.
        heir.expires_at = session.expires_at
        heir.authenticated_at = now if proof else session.authenticated_at
        heir.save(update_fields=["expires_at", "authenticated_at"])
    return heir


def lock_user(user_id: UUID) -> User:
    """Lock and return a user, so that their sessions are opened and ended one after the other.

    Otherwise a session could be opened that those who end all do not see yet.
    """
    return User.objects.select_for_update(no_key=True).get(id=user_id)


def add_proof(session: Session, method: str) -> None:
    """Note that the user of a session proved a factor, by setting it up."""
    methods = [known for known in session.methods.split(",") if known not in ("", method)]
    with atomic("auth"):
        rows = Session.objects.filter(id=session.id)
        rows.update(methods=",".join([*methods, method]))


def revoke_sessions(*, now: datetime, reason: str, **which: Any) -> int:
    """End the sessions that match, everywhere within a second; returns how many were active."""
    with atomic("auth"):
        if "user_id" in which:
            lock_user(which["user_id"])
        active = Session.objects.filter(revoked_at=None, **which)
        ended = list(active.select_for_update().order_by("id"))
        if ended:
            rows = Session.objects.filter(id__in=[session.id for session in ended])
            rows.update(revoked_at=now, revoked_reason=reason)
            publish(*(SessionRevoked(session_id=session.id) for session in ended))
        for session in ended:
            record_session("auth.session.revoked", session, reason=reason)
    return len(ended)


def end_own_session(*, session_id: UUID, now: datetime) -> None:
    """End one of the user's own sessions.

    Raises:
        ReauthenticationRequiredError: the caller's proof of identity is too old.
        SessionNotFoundError: the user has no such active session.
    """
    user_id = require_fresh_session(now=now).user_id
    if not revoke_sessions(now=now, reason="signed out", id=session_id, user_id=user_id):
        raise SessionNotFoundError(session_id=session_id)


def end_device(*, device_id: UUID, now: datetime) -> None:
    """End the user's own sessions of one device.

    Raises:
        ReauthenticationRequiredError: the caller's proof of identity is too old.
        DeviceNotFoundError: no active session is of this device.
    """
    user_id = require_fresh_session(now=now).user_id
    which = {"device_id": device_id, "user_id": user_id}
    if not revoke_sessions(now=now, reason="device signed out", **which):
        raise DeviceNotFoundError(device_id=device_id)


def end_own_sessions(*, keeps_current: bool, now: datetime) -> int:
    """End all of the user's own sessions, or all others; returns how many.

    Raises:
        ReauthenticationRequiredError: the caller's proof of identity is too old.
    """
    session = require_fresh_session(now=now)
    if keeps_current:
        return end_other_sessions(session=session, reason="signed out elsewhere", now=now)
    return revoke_sessions(now=now, reason="signed out everywhere", user_id=session.user_id)


def end_other_sessions(*, session: Session, reason: str, now: datetime) -> int:
    """End all of a user's sessions but one; returns how many."""
    others = Session.objects.filter(user_id=session.user_id).exclude(id=session.id)
    which = {"user_id": session.user_id, "id__in": others.values("id")}
    return revoke_sessions(now=now, reason=reason, **which)


def record_session(action: str, session: Session, **details: Any) -> None:
    """Tell the audit ledger what happened to a session."""
    record_audit(
        "auth",
        action,
        target=Target(type="session", id=str(session.id)),
        user_id=session.user_id,
        organization_id=session.organization_id,
        address=session.address,
        **details,
    )
