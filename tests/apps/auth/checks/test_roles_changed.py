"""Check 25: a change of role works in every service (ASVS 8.3.2)."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.auth.operations.tokens import refresh_session
from tests.apps.auth.people import bearer, code_of
from tests.factories.auth import make_member, open_client
from tests.world import deliver

pytestmark = pytest.mark.django_db


class TestCheck25RoleChange:
    def test_refuses_the_old_role_in_every_service_and_gives_the_new_by_refresh(self, member):
        viewer = make_member(member.organization, "viewer")
        body = {"role": "manager"}

        member.client.patch(f"/api/organizations/members/{viewer.user_id}", body, format="json")
        deliver()
        refreshed = refresh_session(
            presented=viewer.client.tokens.refresh_token, now=datetime.now(UTC)
        ).access_token
        manager = APIClient(headers=bearer(refreshed))

        assert code_of(viewer.client) == "rights_changed"
        assert code_of(viewer.client, path="/api/integrations/connections") == "rights_changed"
        assert "analytics:export" in manager.get("/api/auth/me").json()["permissions"]

    def test_of_a_custom_role_reaches_its_members(self, member):
        role = member.client.post(
            "/api/rbac/roles", {"name": "Analyst", "permissions": ["analytics:view"]}, format="json"
        ).json()["id"]
        analyst = make_member(member.organization, role)
        assert analyst.client.get("/api/analytics/views").status_code == 200

        changed = {"name": "Analyst", "permissions": ["org:view"]}
        member.client.put(f"/api/rbac/roles/{role}", changed, format="json")
        deliver()

        assert code_of(analyst.client) == "rights_changed"

    def test_of_staff_holds_at_once(self, member):
        call_command("staff", "add", member.user.email, verbosity=0)
        member.user.refresh_from_db()
        operator = open_client(member)
        assert operator.get("/api/infrastructure/overview").status_code == 200

        call_command("staff", "remove", member.user.email, verbosity=0)
        deliver()

        assert code_of(operator, path="/api/infrastructure/overview") == "rights_changed"

    def test_by_removal_ends_sessions_and_keys(self, member):
        other = make_member(member.organization, "admin")
        key = other.client.post(
            "/api/auth/api-keys", {"name": "k", "permissions": ["analytics:view"]}, format="json"
        ).json()["key"]
        program = APIClient(headers=bearer(key))
        assert program.get("/api/analytics/views").status_code == 200

        member.client.delete(f"/api/organizations/members/{other.user_id}")
        deliver()

        assert code_of(other.client) == "session_ended"
        assert code_of(program) == "token_invalid"
