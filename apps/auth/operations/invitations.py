"""Inviting people, and accepting: who has ``user:invite`` may invite, to no more than they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.contract import UserRegistered
from apps.auth.exceptions import (
    AlreadyMemberError,
    InvitationForOtherError,
    InvitationNeedsSignInError,
    InvitationNotFoundError,
)
from apps.auth.messages.invitations import InvitationAnswer, InvitationInput
from apps.auth.messages.legal import Acceptance
from apps.auth.messages.sessions import Tokens
from apps.auth.messages.users import NewUser
from apps.auth.models import Invitation, Membership, User
from apps.auth.operations import limits
from apps.auth.operations.addresses import require_deliverable
from apps.auth.operations.legal import accept_documents
from apps.auth.operations.mail import request_mail
from apps.auth.operations.members import first_version, lock_organization
from apps.auth.operations.quotas import refuse_beyond_users
from apps.auth.operations.sessions import Proof
from apps.auth.operations.sign_in import enter
from apps.auth.operations.users import keep_user, prepare_user
from apps.auth.queries import (
    is_email_verified,
    is_verification_mandatory,
    permissions_of_membership,
    permissions_of_role,
)
from apps.auth.roles import refuse_more_than_own
from apps.auth.tokens.secrets import hash_secret, make_secret
from omnify.conf import settings
from omnify.context import current, current_organization_id, current_user_id
from omnify.db import atomic
from omnify.email_addresses import is_same_mailbox
from omnify.events import publish
from omnify.identity.arrival import Device
from omnify.identity.audit import Target, record_audit

LIFETIME = timedelta(days=7)


def create_invitation(
    invitation_input: InvitationInput, *, now: datetime
) -> tuple[Invitation, str]:
    """Invite an address; a former invitation of it is void. Returns its secret, sent by mail.

    Raises:
        EmailUndeliverableError: no mail can be sent to the address.
        AlreadyMemberError: the user of the address belongs to the organization.
        RoleNotFoundError, MoreThanOwnError: the role, or that of the address's open invitation,
            is not there or above the caller's own.
        QuotaExceededError: members and open invitations reach the plan's limit.
        RateLimitedError: the organization invites too often, or the address was invited too often.
    """
    email, role = require_deliverable(invitation_input.email), invitation_input.role
    secret = make_secret()
    refuse_more_than_own(permissions_of_role(role), current().principal.permissions)
    # Whatever becomes of it: counted before the transaction, which a refusal would undo.
    limits.spend_try(limits.INVITING, str(current_organization_id()), now=now)
    limits.spend_try(limits.INVITED, email, now=now)
    with atomic("auth"):
        organization = lock_organization()
        invited = User.objects.find_by_email(email)
        if Membership.objects.filter(organization=organization, user=invited).exists():
            raise AlreadyMemberError(email=email)
        former = Invitation.objects.open_at(now).filter(organization=organization, email=email)
        _refuse_above_own(former)
        former.update(revoked_at=now)
        refuse_beyond_users(organization, now=now)
        invitation = Invitation.objects.create(
            organization=organization,
            email=email,
            role=role,
            token_hash=hash_secret(secret),
            invited_by_id=current_user_id(),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        _record("auth.invitation.created", invitation)
        request_mail("invitation", to=email, secret=secret, organization=organization.name)
    return invitation, secret


def revoke_invitation(*, invitation_id: UUID, now: datetime) -> None:
    """Make an open invitation void.

    Raises:
        InvitationNotFoundError: there is no such open invitation here.
        MoreThanOwnError: it gives what the caller lacks.
    """
    with atomic("auth"):
        invitations = Invitation.objects.open_at(now).filter(
            organization_id=current_organization_id(), id=invitation_id
        )
        _refuse_above_own(invitations)
        if not invitations.update(revoked_at=now):
            raise InvitationNotFoundError
        record_audit(
            "auth",
            "auth.invitation.revoked",
            target=Target(type="invitation", id=str(invitation_id)),
        )


def accept_invitation(answer: InvitationAnswer, *, now: datetime) -> Membership:
    """Join with the role of the invitation; of any number of parallel tries one does.

    Raises:
        InvitationNotFoundError: it is unknown, used, revoked or expired, or gives more than its
            inviter holds by now.
        InvitationForOtherError: the caller is signed in with another address.
        InvitationNeedsSignInError: its address has an account, and nobody is signed in.
        WeakPasswordError: the newcomer's password is refused.
    """
    with atomic("auth"):
        invitation = _claim(answer.token, now)
        user = _who_accepts(invitation, answer.newcomer)
        membership, _ = Membership.objects.get_or_create(
            user=user,
            organization_id=invitation.organization_id,
            defaults={"role": invitation.role, "version": first_version(now)},
        )
        if answer.newcomer is not None and current().principal.user_id is None:
            place = {"user_id": user.id, "organization_id": invitation.organization_id}
            publish(UserRegistered(**place))
        _record("auth.invitation.accepted", invitation, user_id=user.id)
    return membership


def join_as_newcomer(
    answer: InvitationAnswer, *, acceptances: Iterable[Acceptance], device: Device, now: datetime
) -> Tokens | None:
    """Accept an invitation without an account, and open the newcomer's first session.

    Returns None where their address has to be proven before they may sign in.

    Raises:
        InvitationNotFoundError, InvitationNeedsSignInError, WeakPasswordError: as
            ``accept_invitation`` does.
        DocumentNotFoundError: an accepted document is not the one in force.
    """
    with atomic("auth"):
        member = accept_invitation(answer, now=now)
        accept_documents(acceptances, user_id=member.user_id, device=device, now=now)
        if is_verification_mandatory() and not is_email_verified(member.user):
            return None
        return enter(member.user, device=device, proof=Proof(methods=("password",)), now=now)


def _refuse_above_own(invitations: QuerySet[Invitation]) -> None:
    """Refuse to end invitations to more than the caller's own rights.

    Raises:
        MoreThanOwnError: one of them gives what the caller lacks.
    """
    for role in invitations.values_list("role", flat=True):
        refuse_more_than_own(permissions_of_role(role), current().principal.permissions)


def _claim(secret: str, now: datetime) -> Invitation:
    """Mark an invitation as accepted, as only one transaction can; a later refusal undoes it."""
    usable = Invitation.objects.open_at(now).filter(token_hash=hash_secret(secret))
    if not usable.update(accepted_at=now):
        raise InvitationNotFoundError
    rows = Invitation.objects.select_related("organization")
    invitation = rows.get(token_hash=hash_secret(secret))
    if not _may_still_give(invitation):
        raise InvitationNotFoundError
    return invitation


def _may_still_give(invitation: Invitation) -> bool:
    """Tell whether the inviter still holds what it gives: who left cannot come back by it."""
    members = Membership.objects.filter(organization_id=invitation.organization_id)
    inviter = members.filter(user_id=invitation.invited_by_id, user__is_active=True).first()
    given = Membership(organization_id=invitation.organization_id, role=invitation.role)
    held = permissions_of_membership(inviter) if inviter else ()
    return inviter is not None and set(permissions_of_membership(given)) <= set(held)


def _who_accepts(invitation: Invitation, newcomer: NewUser | None) -> User:
    user_id = current().principal.user_id
    if user_id is not None:
        user = User.objects.filter(id=user_id, is_active=True).first()
        if user is None or not is_same_mailbox(user.email, invitation.email):
            raise InvitationForOtherError
        return user
    if newcomer is None or User.objects.find_by_email(invitation.email):
        raise InvitationNeedsSignInError
    user = prepare_user(newcomer, email=invitation.email)
    # A secret that went by mail alone proves the address.
    keep_user(user, is_verified=settings.EMAIL_IS_DELIVERED)
    return user


def _record(action: str, invitation: Invitation, **details: Any) -> None:
    record_audit(
        "auth",
        action,
        target=Target(type="invitation", id=str(invitation.id)),
        role=invitation.role,
        organization_id=invitation.organization_id,
        **details,
    )
