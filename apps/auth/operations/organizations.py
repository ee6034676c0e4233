"""Registering organizations and changing what they say of themselves."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from apps.auth.exceptions import EmailTakenError, RefreshTokenInvalidError, WeakPasswordError
from apps.auth.models import Membership, Organization, TokenFamily, User
from apps.auth.operations.sessions import Device, TokenPair, issue_tokens, open_session
from apps.auth.queries import get_organization
from apps.auth.rbac import OWNER
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.idempotency import once
from omnify.services.messages import Message

#: A word of the user's own, this long or longer, has no place in the password.
_SHORTEST_GUESS = 4
_BETWEEN_WORDS = re.compile(r"[\W_]+")


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
        RefreshTokenInvalidError: the request was answered before, and its session is over.
    """
    email = registration.email.strip().lower()
    user = User(email=email, first_name=registration.first_name, last_name=registration.last_name)
    _refuse_weak(registration, user)
    user.set_password(registration.password)
    asked = _without_password(registration, email)
    try:
        with once("auth", "register_organization", asked, Registered) as slot:
            if slot.answer is None:
                slot.keep(_make(registration, user, device, now))
            made = slot.given()
    except IntegrityError as error:
        raise EmailTakenError from error
    session = (
        TokenFamily.objects.alive(now)
        .select_related("user", "organization")
        .filter(id=made.session_id, user__is_active=True)
        .first()
    )
    if session is None:
        raise RefreshTokenInvalidError
    return session, issue_tokens(session, now=now)


def _without_password(registration: Registration, email: str) -> Registration:
    # The kept answer opens a session, so whoever asks for it again has to know the password; a
    # keyed hash stands for it, which says nothing to a reader of the table.
    mac = salted_hmac("omnify registration", registration.password, algorithm="sha256")
    return msgspec.structs.replace(registration, email=email, password=mac.hexdigest())


def _make(registration: Registration, user: User, device: Device, now: datetime) -> Registered:
    if User.objects.filter(email=user.email).exists():
        raise EmailTakenError
    organization = Organization.objects.create(
        name=registration.organization_name,
        currency=registration.currency or "USD",
        is_currency_settled=bool(registration.currency),
        timezone=registration.timezone,
        is_demo=registration.is_demo,
    )
    user.save()
    Membership.objects.create(user=user, organization=organization, role=OWNER)
    session = open_session(user=user, organization=organization, device=device, now=now)
    return Registered(user_id=user.id, organization_id=organization.id, session_id=session.id)


def _refuse_weak(registration: Registration, user: User) -> None:
    names = (registration.organization_name, registration.first_name, registration.last_name)
    context_words = [*names, *_BETWEEN_WORDS.split(" ".join((*names, user.email)))]
    lowered = registration.password.lower()
    problems = [
        f"It contains '{word}', which anybody could guess."
        for word in dict.fromkeys(context_words)
        if len(word) >= _SHORTEST_GUESS and word.lower() in lowered
    ]
    try:
        validate_password(registration.password, user)
    except ValidationError as error:
        problems.extend(error.messages)
    if problems:
        errors = [{"field": "password", "message": problem} for problem in problems]
        raise WeakPasswordError(errors=errors)


def adopt_currency(*, currency: str) -> Organization:
    """Settle the organization's currency unless it is settled; of several calls the first wins."""
    with atomic("auth"):
        Organization.objects.filter(id=current_organization_id(), is_currency_settled=False).update(
            currency=currency, is_currency_settled=True
        )
    return get_organization()


def change_organization(**changes: Any) -> Organization:
    """Change the name, the time zone or the reporting currency of the organization."""
    if "currency" in changes:
        changes["is_currency_settled"] = True
    with atomic("auth"):
        Organization.objects.filter(id=current_organization_id()).update(**changes)
    return get_organization()
