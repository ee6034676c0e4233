"""Organizations, members with real sessions, and their clients."""

import itertools
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from rest_framework.test import APIClient

from apps.auth.legal import current_documents
from apps.auth.models import Consent, Membership, Organization, User
from apps.auth.operations.members import first_version
from apps.auth.operations.sessions import Proof, open_session
from apps.auth.operations.tokens import issue_tokens
from apps.auth.queries import build_principal
from omnify.identity.arrival import Device

PASSWORD = "correct horse staple"
_numbers = itertools.count(1)


def make_user(*, password=PASSWORD, accepts=True, **fields):
    """A user with a proven address, who accepted what there is to accept."""
    number = next(_numbers)
    email = fields.pop("email", f"user{number}@people.example")
    user = User(**{"first_name": "Grace", "last_name": "Hopper", **fields})
    user.take_email(email)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    if accepts:
        accept_everything(user)
    return user


def accept_everything(user):
    """Consents to all documents in force."""
    now = datetime.now(UTC)
    for document in current_documents(now.date()).values():
        Consent.objects.create(
            user=user,
            document_type=document.document_type,
            version=document.version,
            locale=document.locale,
            checksum=document.checksum,
            created_at=now,
        )


def make_organization(**fields):
    """An organization with room for many members."""
    return Organization.objects.create(**{"name": "Globex", "plan": "enterprise", **fields})


def make_member(organization, role="member", *, user=None, now=None):
    """A member; the client of a session of theirs is ``member.client``."""
    now = now or datetime.now(UTC)
    member = Membership.objects.create(
        user=user or make_user(), organization=organization, role=role, version=first_version(now)
    )
    member.client = open_client(member, now=now)
    return member


def open_client(member, *, now=None):
    """A client with a new session of a member, and the tokens and session it has."""
    now = now or datetime.now(UTC)
    session = open_session(
        user=member.user,
        organization=member.organization,
        device=Device(user_agent="tests", address="192.0.2.1"),
        proof=Proof(methods=("password",)),
        now=now,
    )
    tokens = issue_tokens(session, now=now)
    client = APIClient(headers={"authorization": f"Bearer {tokens.access_token}"})
    client.opened, client.tokens = session, tokens
    client.principal = lambda: build_principal(session, now=now)
    return client
