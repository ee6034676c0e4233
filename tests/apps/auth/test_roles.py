"""Roles, and permissions on single objects."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from apps.auth.models import Grant
from apps.auth.roles import PERMISSIONS, SYSTEM_ROLES
from tests.apps.auth.people import refusal_in, send
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


class TestSystemRoles:
    def test_bundle_what_they_should(self):
        sizes = {role: len(permissions) for role, permissions in SYSTEM_ROLES.items()}

        assert len(set(PERMISSIONS)) == 31
        assert sizes == {"owner": 31, "admin": 27, "manager": 14, "member": 8, "viewer": 5}
        assert all(set(held) <= set(PERMISSIONS) for held in SYSTEM_ROLES.values())

    def test_leave_an_admin_without_the_owner_s_last_words(self):
        missing = set(PERMISSIONS) - set(SYSTEM_ROLES["admin"])

        assert missing == {"user:delete", "org:billing", "org:admin", "agent:delete"}

    def test_let_a_viewer_view_only(self):
        assert {name.partition(":")[2] for name in SYSTEM_ROLES["viewer"]} == {"view"}


class TestRoles:
    ROLE = {"name": "Analyst", "permissions": ["analytics:view", "analytics:export"]}  # noqa: RUF012

    def test_of_one_s_own_are_made_changed_and_deleted(self, owner):
        made = send(owner, "post", "/api/rbac/roles", self.ROLE)
        path = f"/api/rbac/roles/{made.json()['id']}"
        changed = send(owner, "put", path, {"name": "Reader", "permissions": ["org:view"]})
        listed = send(owner, "get", "/api/rbac/roles").json()["results"]

        assert made.status_code == 201
        assert changed.json()["permissions"] == ["org:view"]
        assert [row["name"] for row in listed if not row["is_system"]] == ["Reader"]
        assert send(owner, "delete", path).status_code == 204
        assert refusal_in(send(owner, "get", path)) == "role_not_found"

    def test_of_the_system_are_read_only(self, owner):
        assert send(owner, "get", "/api/rbac/roles/owner").json()["is_system"] is True
        for method in ("put", "delete"):
            answer = send(owner, method, "/api/rbac/roles/viewer", self.ROLE)
            assert (answer.status_code, answer.json()["code"]) == (403, "system_role")

    def test_hold_no_more_than_their_maker(self, organization, owner):
        admin = make_member(organization, "admin")
        asked = {"name": "R", "permissions": ["org:billing", "analytics:view"]}

        answer = send(admin, "post", "/api/rbac/roles", asked)

        assert answer.json()["code"] == "more_than_own"
        assert answer.json()["permissions"] == ["org:billing"]

    def test_that_somebody_has_stay(self, organization, owner):
        role = send(owner, "post", "/api/rbac/roles", self.ROLE).json()["id"]
        make_member(organization, role)

        answer = send(owner, "delete", f"/api/rbac/roles/{role}")

        assert (answer.status_code, answer.json()["code"], answer.json()["members"]) == (
            409,
            "role_in_use",
            1,
        )

    def test_have_a_name_once(self, owner):
        send(owner, "post", "/api/rbac/roles", self.ROLE)

        assert refusal_in(send(owner, "post", "/api/rbac/roles", self.ROLE)) == "role_name_taken"


class TestGrants:
    def grant(self, owner, member, **changes):
        body = {
            "user_id": str(member.user_id),
            "resource_type": "campaign",
            "resource_id": "42",
            "permissions": ["campaign:edit"],
            **changes,
        }
        return send(owner, "post", "/api/rbac/permissions/resource/grant", body)

    def is_allowed(self, member, **changes):
        body = {"permission": "campaign:edit", "resource_type": "campaign", "resource_id": "42"}
        answer = send(member, "post", "/api/rbac/permissions/check", {**body, **changes})
        return answer.json()["allowed"]

    def test_hold_for_their_object_alone_until_they_are_revoked(self, organization, owner):
        viewer = make_member(organization, "viewer")
        assert self.grant(owner, viewer).status_code == 201

        assert self.is_allowed(viewer)
        assert not self.is_allowed(viewer, resource_id="43")
        assert not self.is_allowed(viewer, permission="campaign:delete")
        query = f"user_id={viewer.user_id}&resource_type=campaign&resource_id=42"
        path = f"/api/rbac/permissions/resource/revoke?{query}"
        assert send(owner, "delete", path).status_code == 204
        assert not self.is_allowed(viewer)
        assert refusal_in(send(owner, "delete", path)) == "grant_not_found"

    def test_are_revoked_by_who_holds_what_they_give(self, organization, owner):
        admin, viewer = make_member(organization, "admin"), make_member(organization, "viewer")
        self.grant(owner, viewer, permissions=["agent:delete"])
        place = {"user_id": str(viewer.user_id), "resource_type": "campaign", "resource_id": "42"}
        path = f"/api/rbac/permissions/resource/revoke?{urlencode(place)}"

        refused = send(admin, "delete", path)
        replaced = self.grant(admin, viewer)

        assert (refused.status_code, refused.json()["code"]) == (403, "more_than_own")
        assert replaced.json()["code"] == "more_than_own"
        assert self.is_allowed(viewer, permission="agent:delete")
        assert send(owner, "delete", path).status_code == 204

    def test_are_named_by_the_query_alone(self, organization, owner):
        viewer = make_member(organization, "viewer")
        self.grant(owner, viewer)
        place = {"user_id": str(viewer.user_id), "resource_type": "campaign", "resource_id": "42"}

        answer = send(owner, "delete", "/api/rbac/permissions/resource/revoke", place)

        assert answer.status_code == 400
        assert self.is_allowed(viewer)

    def test_end_at_their_time(self, organization, owner):
        viewer = make_member(organization, "viewer")
        self.grant(owner, viewer, expires_at=(datetime.now(UTC) - timedelta(1)).isoformat())

        assert not self.is_allowed(viewer)

    def test_replace_the_former_one(self, organization, owner):
        viewer = make_member(organization, "viewer")
        self.grant(owner, viewer)
        self.grant(owner, viewer, permissions=["campaign:delete"])

        assert Grant.unscoped.count() == 1
        assert not self.is_allowed(viewer)

    def test_are_for_members_only(self, owner):
        stranger = make_member(make_organization(), "viewer")

        assert refusal_in(self.grant(owner, stranger)) == "member_not_found"
