"""Registering organizations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError

from apps.auth.contract import OrganizationCreated, UserRegistered
from apps.auth.exceptions import EmailTakenError, SignUpDisabledError
from apps.auth.messages.registration import Registration
from apps.auth.messages.sessions import Tokens
from apps.auth.messages.users import NewUser
from apps.auth.models import Membership, Organization, Session, User
from apps.auth.operations import limits
from apps.auth.operations.addresses import (
    may_mail,
    require_deliverable,
    send_verification,
    void_links,
)
from apps.auth.operations.legal import (
    accept_documents,
    refuse_documents_not_in_force,
    withdraw_everything,
)
from apps.auth.operations.mail import request_mail
from apps.auth.operations.members import first_version
from apps.auth.operations.sessions import Proof, open_session
from apps.auth.operations.tokens import issue_tokens
from apps.auth.operations.users import keep_user, prepare_user
from apps.auth.queries import is_email_verified, is_sign_up_open, is_verification_mandatory
from apps.auth.roles import OWNER
from omnify.db import atomic
from omnify.encryption import decrypt_text, encrypt_text
from omnify.events import publish
from omnify.identity.arrival import Device
from omnify.identity.audit import Target, record_audit
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.services.messages import Message


class Register(JobInput):
    """A registration whose address is to be proven; encrypted, since it holds a password's hash."""

    kind = "auth.register"

    sealed: str


class _Request(Message):
    """What ``Register`` seals: the registration with the hash in place of the password."""

    registration: Registration
    device: Device
    at: datetime


def count_registration(*, device: Device, now: datetime) -> None:
    """Count a registration, before anything of it is checked.

    Raises:
        RateLimitedError: too many registrations from one address.
    """
    limits.spend_try(limits.REGISTER, limits.place_of(device.address), now=now)


def register(
    registration: Registration, *, device: Device, now: datetime
) -> tuple[Session, Tokens] | None:
    """Register an organization and sign its owner in; None where the address has to be proven.

    Raises:
        SignUpDisabledError, EmailUndeliverableError, EmailTakenError, WeakPasswordError,
        DocumentNotFoundError: as ``register_organization`` and ``request_registration`` do.
    """
    if is_verification_mandatory():
        request_registration(registration, device=device, now=now)
        return None
    return register_organization(registration, device=device, now=now)


def refuse_closed_sign_up() -> None:
    """Refuse where only invitations are accepted.

    Raises:
        SignUpDisabledError: registration is closed.
    """
    if not is_sign_up_open():
        raise SignUpDisabledError


def register_organization(
    registration: Registration, *, device: Device, now: datetime
) -> tuple[Session, Tokens]:
    """Make an organization, its owner and the owner's first session, all or nothing.

    Raises:
        SignUpDisabledError: registration is closed.
        EmailUndeliverableError: no mail can be sent to the address.
        EmailTakenError: the address belongs to an account.
        WeakPasswordError: the password is refused.
        DocumentNotFoundError: an accepted document is not the one in force.
    """
    refuse_closed_sign_up()
    registration = _with_one_form(registration)
    user = _prepare_owner(registration)
    try:
        with atomic("auth"):
            organization = _make(user, registration, device=device, now=now)
            session = open_session(
                user=user,
                organization=organization,
                device=device,
                proof=Proof(methods=("password",)),
                now=now,
            )
    except IntegrityError as error:
        raise EmailTakenError from error
    return session, issue_tokens(session, now=now)


def request_registration(registration: Registration, *, device: Device, now: datetime) -> None:
    """Register where addresses have to be proven first; the outcome goes by mail alone.

    A job looks whether the address is known, so that the answer says it neither by its words nor
    by the time that it takes.

    Raises:
        SignUpDisabledError: registration is closed.
        EmailUndeliverableError: no mail can be sent to the address.
        WeakPasswordError: the password is refused; says nothing of the address.
        DocumentNotFoundError: an accepted document is not the one in force.
    """
    refuse_closed_sign_up()
    registration = _with_one_form(registration)
    refuse_documents_not_in_force(registration.accepted_documents, now=now)
    user = _prepare_owner(registration)
    hashed = msgspec.structs.replace(registration, password=user.password)
    request = msgspec.json.encode(_Request(registration=hashed, device=device, at=now))
    with atomic("auth"):
        request_job(Register(sealed=encrypt_text(request.decode(), purpose=Register.kind)))


def register_requested(sealed: str) -> None:
    """Make a requested organization, or mail the owner of a known address.

    Of several registrations of an address that nobody proved, the last one counts: the user who
    opens the newest mail owns what it names, and no password chosen by another is left.
    """
    request = msgspec.json.decode(decrypt_text(sealed, purpose=Register.kind), type=_Request)
    registration = request.registration
    user = User(
        email=registration.email,
        first_name=registration.first_name,
        last_name=registration.last_name,
        password=registration.password,
    )
    try:
        _make(user, registration, device=request.device, now=request.at)
    except EmailTakenError:
        unproven = _find_unproven(user.email)
        is_mailed = may_mail(registration.email, now=request.at)
        if unproven is not None:
            _replace(unproven, user, request, is_mailed=is_mailed)
        elif is_mailed:
            request_mail("account_exists", to=registration.email)


def _with_one_form(registration: Registration) -> Registration:
    return msgspec.structs.replace(registration, email=require_deliverable(registration.email))


def _prepare_owner(registration: Registration) -> User:
    new = NewUser(
        first_name=registration.first_name,
        last_name=registration.last_name,
        password=registration.password,
    )
    words = (registration.organization_name,)
    return prepare_user(new, email=registration.email, words=words)


def _find_unproven(email: str) -> Membership | None:
    """Return the membership of an account that was never proven nor signed in to."""
    user = User.objects.select_for_update(of=("self",)).filter(
        canonical_email=email, is_active=True, staff_role="", sessions=None
    )
    unproven = user.first()
    if unproven is None or is_email_verified(unproven):
        return None
    members = list(Membership.objects.filter(user=unproven).select_related("organization"))
    return members[0] if len(members) == 1 and members[0].role == OWNER else None


def _replace(member: Membership, user: User, request: _Request, *, is_mailed: bool) -> None:
    """Put a later registration in the place of an earlier one, whose links and consents end."""
    registration, now = request.registration, request.at
    user.id, user.created_at = member.user.id, member.user.created_at
    user.save(force_update=True)
    Organization.objects.filter(id=member.organization_id).update(**_fields_of(registration))
    device = request.device
    withdraw_everything(user_id=user.id, device=device, now=now)
    accept_documents(registration.accepted_documents, user_id=user.id, device=device, now=now)
    void_links(user, now=now)
    if is_mailed:
        send_verification(user, now=now)
    record_audit(
        "auth",
        "auth.organization.registered_anew",
        target=Target(type="organization", id=str(member.organization_id)),
        user_id=user.id,
        organization_id=member.organization_id,
        address=request.device.address,
    )


def _fields_of(registration: Registration) -> dict[str, Any]:
    return {
        "name": registration.organization_name,
        "currency": registration.currency or "USD",
        "is_currency_settled": bool(registration.currency),
        "timezone": registration.timezone,
        "is_demo": registration.is_demo,
    }


def _make(user: User, registration: Registration, *, device: Device, now: datetime) -> Organization:
    keep_user(user, is_verified=False)
    organization = Organization.objects.create(**_fields_of(registration))
    Membership.objects.create(
        user=user, organization=organization, role=OWNER, version=first_version(now)
    )
    accept_documents(registration.accepted_documents, user_id=user.id, device=device, now=now)
    send_verification(user, now=now)
    publish(
        OrganizationCreated(
            organization_id=organization.id,
            name=organization.name,
            is_demo=organization.is_demo,
        ),
        UserRegistered(user_id=user.id, organization_id=organization.id),
    )
    record_audit(
        "auth",
        "auth.organization.registered",
        target=Target(type="organization", id=str(organization.id)),
        user_id=user.id,
        organization_id=organization.id,
        address=device.address,
    )
    return organization
