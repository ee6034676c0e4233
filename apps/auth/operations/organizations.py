"""Registering organizations and changing what they say of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from apps.auth.contract import OrganizationCreated, UserRegistered
from apps.auth.exceptions import EmailTakenError, RefreshTokenInvalidError
from apps.auth.models import Membership, Organization, TokenFamily, User
from apps.auth.operations.legal import Acceptance, Witness, accept_documents
from apps.auth.operations.mail import request_mail
from apps.auth.operations.people import NewUser, make_user, refuse_weak_password
from apps.auth.operations.rights import first_version
from apps.auth.operations.sessions import Device, Proof, TokenPair, issue_tokens, open_session
from apps.auth.operations.verification import send_verification
from apps.auth.queries import get_organization
from apps.auth.rbac import OWNER
from omnify.api.audit import Target, record_audit
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.events import publish
from omnify.idempotency import once
from omnify.services.messages import Message


class Registration(Message):
    """What somebody gives to register; without a currency the first data settles it."""

    organization_name: str
    first_name: str
    last_name: str
    email: str
    password: str
    currency: str = ""
    timezone: str = "UTC"
    is_demo: bool = False
    accepted_documents: tuple[Acceptance, ...] = ()


class Registered(Message):
    """The ids of what a registration made."""

    user_id: UUID
    organization_id: UUID
    session_id: UUID


def register_organization(
    registration: Registration, *, device: Device, now: datetime
) -> tuple[TokenFamily, TokenPair]:
    """Make an organization, its owner and the owner's first session, all or nothing.

    Raises:
        EmailTakenError: somebody has this address.
        WeakPasswordError: the password is refused.
        DocumentNotFoundError: an accepted document is not the one in force.
        RefreshTokenInvalidError: the request was answered before, and its session is over.
    """
    registration = msgspec.structs.replace(registration, email=registration.email.strip().lower())
    try:
        with once("auth", "register", _without_password(registration), Registered) as slot:
            if slot.answer is None:
                user, organization = _make(registration, device=device, now=now)
                proof = Proof(methods=("password",))
                session = open_session(
                    user=user, organization=organization, device=device, proof=proof, now=now
                )
                slot.keep(
                    Registered(
                        user_id=user.id, organization_id=organization.id, session_id=session.id
                    )
                )
            made = slot.given()
    except IntegrityError as error:
        raise EmailTakenError from error
    return _find_first_session(made, now)


def request_registration(registration: Registration, *, device: Device, now: datetime) -> None:
    """The same where addresses have to be proven first: what came of it goes by mail alone.

    Answers alike for known and unknown addresses, and costs the same hash.

    Raises:
        WeakPasswordError: the password is refused, whoever has the address.
    """
    registration = msgspec.structs.replace(registration, email=registration.email.strip().lower())
    user = User(
        email=registration.email,
        first_name=registration.first_name,
        last_name=registration.last_name,
    )
    words = (registration.organization_name,)
    refuse_weak_password(registration.password, user=user, words=words)
    try:
        with once("auth", "register", _without_password(registration), bool) as slot:
            if slot.answer is None:
                _make(registration, device=device, now=now)
                slot.keep(answer=True)
    except (EmailTakenError, IntegrityError):
        user.set_password(registration.password)
        with atomic("auth"):
            request_mail("account_exists", to=registration.email)


def _find_first_session(made: Registered, now: datetime) -> tuple[TokenFamily, TokenPair]:
    session = (
        TokenFamily.objects.alive(now)
        .select_related("user", "organization")
        .filter(id=made.session_id, user__is_active=True)
        .first()
    )
    if session is None:
        raise RefreshTokenInvalidError
    return session, issue_tokens(session, now=now)


def _without_password(registration: Registration) -> Registration:
    # The kept answer opens a session, so whoever asks for it again has to know the password; a
    # keyed hash stands for it, which says nothing to a reader of the table.
    mac = salted_hmac("omnify registration", registration.password, algorithm="sha256")
    return msgspec.structs.replace(registration, password=mac.hexdigest())


def _make(
    registration: Registration, *, device: Device, now: datetime
) -> tuple[User, Organization]:
    new = NewUser(
        first_name=registration.first_name,
        last_name=registration.last_name,
        password=registration.password,
    )
    words = (registration.organization_name,)
    user = make_user(new, email=registration.email, is_verified=False, words=words)
    organization = Organization.objects.create(
        name=registration.organization_name,
        currency=registration.currency or "USD",
        is_currency_settled=bool(registration.currency),
        timezone=registration.timezone,
        is_demo=registration.is_demo,
    )
    Membership.objects.create(
        user=user, organization=organization, role=OWNER, version=first_version(now)
    )
    witness = Witness(address=device.address, user_agent=device.user_agent)
    accept_documents(registration.accepted_documents, user_id=user.id, witness=witness, now=now)
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
    return user, organization


def adopt_currency(*, currency: str) -> Organization:
    """Settle the organization's currency unless it is settled; of several calls the first wins."""
    with atomic("auth"):
        Organization.objects.filter(id=current_organization_id(), is_currency_settled=False).update(
            currency=currency, is_currency_settled=True
        )
    return get_organization()


def change_organization(**changes: Any) -> Organization:
    """Change the name, the time zone, the reporting currency or the branding."""
    if "currency" in changes:
        changes["is_currency_settled"] = True
    with atomic("auth"):
        record_audit("auth", "auth.organization.changed", fields=" ".join(sorted(changes)))
        Organization.objects.filter(id=current_organization_id()).update(**changes)
    return get_organization()
