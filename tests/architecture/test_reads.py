"""A read writes nothing: it is answered also where the database takes no writes."""

from contextlib import ExitStack, contextmanager

import pytest
from django.db import OperationalError, connections
from rest_framework.test import APIClient

from apps.auth.models import ApiKey
from omnify.identity.permissions import PUBLIC, STAFF
from tests.architecture.authz import api_routes, make_world, page_routes, url_of
from tests.factories.auth import make_member, make_organization, make_user

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
#: What reads may try to write, and why. They are answered without it, too.
ALLOWED = {
    ("/api/infrastructure/overview", "omnify_infrastructure_backendstate"): (
        "the overview probes, and keeps since when a back-end is as it is"
    ),
}


@contextmanager
def full_disk():
    """Databases that refuse every write; gives what was tried."""
    tried = []

    def refuse(execute, sql, parameters, many, context):
        if sql.lstrip().upper().startswith(_WRITES):
            tried.append(sql)
            raise OperationalError("database or disk is full")
        return execute(sql, parameters, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(refuse))
        yield tried


def read(client, path):
    """The status of a read on a full disk, and the writes that it tried."""
    with full_disk() as tried:
        status = client.get(path).status_code
    return status, tried


def unallowed(path, tried):
    """The writes of a read that have no reason."""
    tables = [table for allowed, table in ALLOWED if allowed == path]
    return [sql for sql in tried if not any(table in sql for table in tables)]


@pytest.fixture
def operator(db):
    return make_member(make_organization(), "owner", user=make_user(staff_role="operator")).client


class TestReads:
    def test_write_nothing(self, db, operator):
        world, faults = make_world(), []
        owner = world.members["owner"]
        owner.cookies["omnify-access"] = owner.tokens.access_token
        clients = {PUBLIC: APIClient(), STAFF: operator}
        reads = [each for each in (*api_routes(), *page_routes()) if each.method == "GET"]
        for route in reads:
            path = url_of(route, world.rows)
            client = clients.get(route.needed, owner)
            usual, (status, tried) = client.get(path).status_code, read(client, path)
            if status != usual or unallowed(path, tried):
                faults.append((path, usual, status, tried))

        assert len(reads) >= 60
        assert faults == []

    def test_of_an_organization_without_agents_write_none(self, owner):
        status, tried = read(owner, "/api/agentkit/agents")

        assert (status, tried) == (200, [])

    def test_with_an_api_key_go_on_where_its_use_cannot_be_noted(self, db):
        owner = make_member(make_organization(), "owner").client
        body = {"name": "export", "permissions": ["analytics:view"]}
        key = owner.post("/api/auth/api-keys", body, format="json").json()["key"]
        program = APIClient(headers={"authorization": f"Bearer {key}"})

        status, tried = read(program, "/api/analytics/views")

        assert (status, len(tried)) == (200, 1)
        assert ApiKey.objects.get().last_used_at is None


class TestFullDisk:
    def test_sees_a_write(self, owner):
        with full_disk() as tried, pytest.raises(OperationalError):
            make_organization()

        assert len(tried) == 1
