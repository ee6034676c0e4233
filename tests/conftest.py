"""Fixtures for the whole suite: principals with real tokens, and caches that do not leak."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from omnify.api.keys import key_set
from omnify.context import Principal, PrincipalKind
from omnify.flags.decisions import forget as forget_flags


def pytest_unconfigure():
    """Leave no database file or lock of this process behind."""
    for file in Path(tempfile.gettempdir()).glob(f"omnify-test-{os.getpid()}-*"):
        file.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def fresh_caches():
    """Let no test see what another one's process-wide copies hold."""
    from apps.auth.operations.keys import forget_signing_key
    from omnify.api.revocations import revoked_sessions

    def forget():
        forget_flags()
        forget_signing_key()
        key_set.__init__()
        revoked_sessions.__init__()

    forget()
    yield
    forget()


@pytest.fixture
def api():
    """A client of the API that nobody is signed in to."""
    return APIClient()


@pytest.fixture
def make_principal():
    """Make principals: by default an owner of an organization of their own."""
    from apps.auth.rbac import permissions_of

    def make(role="owner", *, organization_id=None, permissions=None, is_staff=False):
        return Principal(
            kind=PrincipalKind.USER,
            user_id=uuid4(),
            organization_id=organization_id or uuid4(),
            session_id=uuid4(),
            role=role,
            permissions=tuple(permissions_of(role) if permissions is None else permissions),
            is_staff=is_staff,
        )

    return make


@pytest.fixture
def token_of(db):
    """Sign a real access token for a principal."""
    from apps.auth.operations.keys import get_signing_key
    from apps.auth.operations.sessions import TERMS
    from apps.auth.tokens.signing import sign_access_token
    from omnify.api import tokens

    def sign(principal, *, now=None, terms=TERMS, **claims):
        return sign_access_token(
            tokens.build_claims(principal) | claims,
            key=get_signing_key(),
            terms=terms,
            token_id=uuid4(),
            now=now or datetime.now(UTC),
        )

    return sign


@pytest.fixture
def client_for(token_of):
    """A client signed in as a principal."""

    def make(principal):
        return APIClient(headers={"authorization": f"Bearer {token_of(principal)}"})

    return make


REGISTRATION = {
    "organization_name": "Acme",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@acme.example",
    "password": "correct horse staple",
}


@pytest.fixture
def registered(api, db):
    """A registered organization: its client, signed in as the owner, and the answer."""
    answer = api.post("/api/auth/register", REGISTRATION, format="json")
    assert answer.status_code == 201, answer.json()
    client = APIClient(headers={"authorization": f"Bearer {answer.json()['access_token']}"})
    client.answer = answer.json()
    return client
