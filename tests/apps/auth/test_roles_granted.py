"""Grants on single objects, and the routes that obey them."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from apps.auth.models import Role
from apps.auth.operations.flags import set_flag
from tests.apps.auth.people import bearer
from tests.factories.auth import make_member, make_organization
from tests.world import import_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def owner(organization):
    return make_member(organization, "owner")


@pytest.fixture
def viewer(organization):
    return make_member(organization, "viewer")


def make_agent(member, name):
    body = {"type": "analytics", "name": name}
    return member.client.post("/api/agentkit/agents", body, format="json").json()["id"]


def grant(owner, member, resource_id, *permissions, resource_type="agent", **changes):
    body = {
        "user_id": str(member.user_id),
        "resource_type": resource_type,
        "resource_id": resource_id,
        "permissions": permissions,
        **changes,
    }
    answer = owner.client.post("/api/rbac/permissions/resource/grant", body, format="json")
    assert answer.status_code == 201, answer.json()


def change(client, agent_id):
    """Try to change an agent; the status, and the code of a refusal."""
    path = f"/api/agentkit/agents/{agent_id}"
    answer = client.patch(path, {"description": "new"}, format="json")
    return answer.status_code, answer.json().get("code")


ALLOWED, MISSING = (200, None), (403, "missing_permission")


class TestGrantedAgent:
    def test_may_be_changed_and_no_other(self, owner, viewer):
        mine, other = make_agent(owner, "Mine"), make_agent(owner, "Other")
        before = change(viewer.client, mine)

        grant(owner, viewer, mine, "agent:edit")

        assert (before, change(viewer.client, mine)) == (MISSING, ALLOWED)
        assert change(viewer.client, other) == MISSING
        assert viewer.client.delete(f"/api/agentkit/agents/{mine}").status_code == 403
        assert change(make_member(owner.organization, "viewer").client, mine) == MISSING

    def test_may_be_run(self, owner, viewer):
        import_file(owner.client)
        agent_id = make_agent(owner, "Mine")
        path = f"/api/agentkit/agents/{agent_id}/execute"
        before = viewer.client.post(path, {}, format="json").status_code

        grant(owner, viewer, agent_id, "agent:execute")

        assert (before, viewer.client.post(path, {}, format="json").status_code) == (403, 201)

    def test_is_closed_when_the_grant_ended_or_was_taken_back(self, owner, viewer):
        agent_id = make_agent(owner, "Mine")
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

        grant(owner, viewer, agent_id, "agent:edit", expires_at=past)
        after_its_time = change(viewer.client, agent_id)
        grant(owner, viewer, agent_id, "agent:edit")
        query = f"user_id={viewer.user_id}&resource_type=agent&resource_id={agent_id}"
        owner.client.delete(f"/api/rbac/permissions/resource/revoke?{query}")

        assert (after_its_time, change(viewer.client, agent_id)) == (MISSING, MISSING)

    def test_of_another_organization_is_not_there(self, owner, viewer):
        foreign = make_agent(make_member(make_organization(), "owner"), "Foreign")
        grant(owner, viewer, foreign, "agent:edit")

        assert change(viewer.client, foreign)[0] == 404

    def test_is_closed_to_api_keys(self, owner, viewer):
        agent_id = make_agent(owner, "Mine")
        grant(owner, viewer, agent_id, "agent:edit")
        body = {"name": "k", "permissions": ["agent:view"]}
        key = viewer.client.post("/api/auth/api-keys", body, format="json").json()["key"]

        assert change(APIClient(headers=bearer(key)), agent_id) == MISSING

    def test_is_closed_while_nobody_tells_of_grants(self, owner, viewer):
        agent_id = make_agent(owner, "Mine")
        grant(owner, viewer, agent_id, "agent:edit")

        set_flag("rpc.auth.has_grant", enabled=False)

        assert change(viewer.client, agent_id) == MISSING

    def test_waits_for_the_viewer_s_consent(self, owner, viewer, settings):
        agent_id = make_agent(owner, "Mine")
        grant(owner, viewer, agent_id, "agent:edit")
        body = {"document_type": "terms"}
        viewer.client.post("/api/legal/withdraw", body, format="json")
        refresh = {"refresh_token": viewer.client.tokens.refresh_token}
        token = APIClient().post("/api/auth/refresh", refresh, format="json").json()

        fresh = APIClient(headers=bearer(token["access_token"]))

        assert change(fresh, agent_id) == (403, "documents_outstanding")


class TestGrantedObject:
    @pytest.fixture
    def nobody(self, organization):
        """A member whose role allows nothing."""
        role = Role.unscoped.create(organization_id=organization.id, name="N", permissions=[])
        return make_member(organization, str(role.id))

    def make_connection(self, owner):
        import_file(owner.client)
        [row] = owner.client.get("/api/integrations/connections").json()["results"]
        return f"/api/integrations/connections/{row['id']}"

    def make_view(self, owner):
        import_file(owner.client)
        query = {"measures": ["spend"], "from": "2019-01-01", "to": "2019-12-31"}
        body = {"name": "mine", "query": query}
        view = owner.client.post("/api/analytics/views", body, format="json").json()
        return f"/api/analytics/views/{view['id']}"

    @pytest.mark.parametrize("kind", ["integration", "analytics"])
    def test_may_be_seen(self, owner, nobody, kind):
        path = {"integration": self.make_connection, "analytics": self.make_view}[kind](owner)
        paths = [path, f"{path}/data"] if kind == "analytics" else [path]
        before = [nobody.client.get(each).status_code for each in paths]

        grant(owner, nobody, path.rpartition("/")[2], f"{kind}:view", resource_type=kind)

        assert set(before) == {403}
        assert {nobody.client.get(each).status_code for each in paths} == {200}

    def test_costs_nothing_where_the_role_allows_it(self, owner, django_assert_num_queries):
        agent_id = make_agent(owner, "Mine")

        with django_assert_num_queries(1):
            owner.client.get(f"/api/agentkit/agents/{agent_id}")
