"""Fixtures for the whole suite: principals with real tokens, and caches that do not leak."""

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.db import connections
from hypothesis import settings as property_tests
from rest_framework.test import APIClient
from uuid_utils.compat import uuid7

from omnify.context import Principal, PrincipalKind
from omnify.services.registry import manifests
from tests import needs, servers
from tests.copying import copy_migrated
from tests.flushing import quick_flush  # noqa: F401
from tests.keys import keys
from tests.needs import need_server, pytest_sessionfinish, pytest_terminal_summary  # noqa: F401
from tests.sharing import pytest_xdist_auto_num_workers, pytest_xdist_make_scheduler  # noqa: F401

# A machine that is busy makes an example slow, not wrong.
property_tests.register_profile("suite", deadline=None)
property_tests.load_profile("suite")


def pytest_collection_modifyitems(items):
    """Mark tests by what they need."""
    needs.mark_tests(items)
    servers.mark_tests(items)


def pytest_configure():
    """Find no database file or lock of a process that had this one's id, and was cut off."""
    pytest_unconfigure()


def pytest_unconfigure():
    """Leave no database file or lock of this process behind."""
    for file in Path(tempfile.gettempdir()).glob(f"omnify-test-{os.getpid()}-*"):
        file.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def fresh_caches(monkeypatch):
    """Let no test see what another one's process-wide copies hold, nor one that ends on the way.

    How many queries something needs would depend on how fast the machine is.
    """
    from omnify.flags import decisions
    from omnify.identity import revocations
    from tests.world import reset_caches

    for module in (decisions, revocations):
        monkeypatch.setattr(module, "CACHE_SECONDS", 3600.0)
    reset_caches()
    keys.begin()
    yield
    reset_caches()


@pytest.fixture(autouse=True, scope="session")
def questions_answered():
    """Answer what a request asks workers, who are in no process of these tests, at once.

    For the session, since modules share what they have asked.
    """
    from omnify.jobs import asking
    from tests.world import answer_questions

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "wake_workers", answer_questions)
        yield


@pytest.fixture(autouse=True, scope="session")
def known_keys():
    """Make no RSA key for every test that signs somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", keys.give)
        yield


@pytest.fixture
def api():
    """A client of the API that nobody is signed in to."""
    return APIClient()


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings, django_db_blocker):
    """Keep SQLite's file: it is new, or a copy of a migrated one, and goes with the process."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        return False
    if hasattr(request.config, "workerinput"):
        with django_db_blocker.unblock():
            copy_migrated(connection)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test databases; of PostgreSQL's, nobody else is in one when it is dropped."""
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            if connection.vendor == "postgresql":
                _send_others_away(connection)


@pytest.fixture
def transactional_db(transactional_db):
    """The databases, of which threads take connections: PostgreSQL's are few and given back."""
    yield
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "postgresql":
            connection.close()
            connection.close_pool()


def _send_others_away(connection):
    """End sessions that a thread of some test left behind; they would keep the database."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


@pytest.fixture
def make_principal():
    """Make principals: by default an owner of an organization of their own."""
    from apps.auth.roles import SYSTEM_ROLES

    def make(role="owner", *, organization_id=None, permissions=None, is_staff=False):
        return Principal(
            kind=PrincipalKind.USER,
            user_id=uuid4(),
            organization_id=organization_id or uuid7(),
            session_id=uuid4(),
            role=role,
            permissions=tuple(SYSTEM_ROLES.get(role, ()) if permissions is None else permissions),
            is_staff=is_staff,
        )

    return make


def wait_until(is_so, what="what was waited for"):
    """Wait for something that another thread or process brings about, for a minute at most."""
    until = time.monotonic() + 60
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(f"{what}: not within a minute")
        time.sleep(0.02)


@pytest.fixture
def token_of(db):
    """Sign a real access token for a principal."""
    from apps.auth.operations.signing_keys import get_signing_key
    from apps.auth.operations.tokens import TERMS
    from apps.auth.tokens.signing import sign_access_token
    from omnify.identity import tokens

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


@pytest.fixture
def owner(client_for, make_principal):
    """A client signed in as the owner of an organization that did not have to register."""
    from tests.factories.auth import make_organization

    principal = make_principal(organization_id=make_organization().id)
    client = client_for(principal)
    client.organization_id = principal.organization_id
    return client


@pytest.fixture(params=["OMNIFY_TEST_AMQP_URL", "OMNIFY_TEST_REDIS_URL"])
def bus_url(request):
    """A bus with queues of its own, on each of the brokers; ``make test-services`` names them."""
    server = need_server(request.param)
    prefix = f"omnify-test-{uuid4().hex[:12]}"
    yield f"{server}?prefix={prefix}"
    delete_queues(server, prefix)


def delete_queues(server, prefix):
    """Take a test's queues from a broker."""
    if server.startswith("redis"):
        from redis import Redis

        with Redis.from_url(server) as redis:
            for name in redis.scan_iter(f"{prefix}:*"):
                redis.delete(name)
        return
    from kombu import Connection

    with Connection(server) as connection:
        for name in manifests():
            connection.channel().queue_delete(f"{prefix}.{name}")


REGISTRATION = {
    "organization_name": "Acme",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@acme.example",
    "password": "correct horse staple",
    "accepted_documents": [
        {"document_type": name, "version": "1"} for name in ("terms", "privacy", "acceptable-use")
    ],
}


@pytest.fixture
def registered(api, db):
    """A registered organization: its client, signed in as the owner, and the answer."""
    answer = api.post("/api/auth/register", REGISTRATION, format="json")
    assert answer.status_code == 201, answer.json()
    client = APIClient(headers={"authorization": f"Bearer {answer.json()['access_token']}"})
    client.answer = answer.json()
    return client


class Mailbox(list):
    """Django's outbox of tests; whoever looks into it lets the mail jobs run first."""

    def _filled(self):
        from tests.world import run_jobs

        # A job that looks for an account asks for the one that mails.
        run_jobs("auth")
        return mail.outbox

    def __getitem__(self, index):
        return self._filled()[index]

    def __len__(self):
        return len(self._filled())

    def __iter__(self):
        return iter(self._filled())

    def clear(self):
        self._filled().clear()


@pytest.fixture
def mailoutbox(_dj_autoclear_mailbox):
    """The mails that were sent, and those that a job would send now."""
    return Mailbox()
