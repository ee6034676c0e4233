"""A row of another organization is not there, on every route that takes an id."""

import re
from uuid import UUID, uuid4

import pytest
from django.urls import URLResolver, get_resolver

from tests.journeys.main_job import FILE, MAPPING


def id_routes():
    """Every API route with an id, and the HTTP methods that its view declares."""

    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, path)
            elif "<uuid:" in path and path.startswith("api/"):
                yield path, pattern.callback.cls.access

    return sorted((path, method) for path, access in walk(get_resolver()) for method in access)


@pytest.fixture
def rows(registered):
    """An id of each kind of row of one organization, by the name it has in routes."""
    with FILE.open("rb") as file:
        registered.post(
            "/api/integrations/csv/import", {"file": file, "mapping": MAPPING.read_text()}
        )
    connection = registered.get("/api/integrations/connections").json()["results"][0]
    agent = registered.get("/api/agentkit/agents").json()["results"][0]
    execution = registered.post(f"/api/agentkit/agents/{agent['id']}/execute").json()
    query = {"measures": ["spend"], "from": "2019-01-01", "to": "2019-12-31"}
    view = registered.post(
        "/api/analytics/views", {"name": "mine", "query": query}, format="json"
    ).json()
    return {
        "connection_id": connection["id"],
        "agent_id": agent["id"],
        "execution_id": execution["id"],
        "view_id": view["id"],
        "session_id": registered.answer["session_id"],
    }


def url_of(path, rows):
    return "/" + re.sub(r"<uuid:(\w+)>", lambda match: str(rows[match[1]]), path)


@pytest.mark.django_db
class TestEveryRouteWithAnId:
    def test_is_found_by_this_walk(self):
        assert len(id_routes()) >= 10

    def test_answers_404_to_a_stranger_and_to_a_wrong_id(self, rows, client_for, make_principal):
        stranger = client_for(make_principal())

        for path, method in id_routes():
            send = getattr(stranger, method.lower())
            for ids in (rows, dict.fromkeys(rows, uuid4())):
                answer = send(url_of(path, ids), {}, format="json")
                assert answer.status_code == 404, (method, path)

    def test_leaves_the_rows_where_they_were(self, rows, registered, client_for, make_principal):
        stranger = client_for(make_principal())
        for path, method in id_routes():
            getattr(stranger, method.lower())(url_of(path, rows), {}, format="json")

        for path, method in id_routes():
            if method == "GET":
                assert registered.get(url_of(path, rows)).status_code == 200, path

    def test_answers_403_without_the_permission(self, rows, registered, client_for, make_principal):
        organization_id = UUID(registered.answer["organization"]["id"])
        powerless = client_for(make_principal(organization_id=organization_id, permissions=()))

        for path, method in id_routes():
            if "session" in path:
                continue
            answer = getattr(powerless, method.lower())(url_of(path, rows), {}, format="json")
            assert answer.status_code == 403, (method, path)
            assert answer.json()["code"] == "missing_permission"

    def test_answers_401_to_nobody(self, rows, api):
        for path, method in id_routes():
            answer = getattr(api, method.lower())(url_of(path, rows), {}, format="json")

            assert answer.status_code == 401, (method, path)
            assert answer["Content-Type"] == "application/problem+json"
