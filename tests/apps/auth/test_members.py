"""Members of an organization."""

from uuid import uuid4

import pytest

from apps.auth.models import ApiKey, Grant, Membership, Session
from omnify.events.models import Outbox
from tests.apps.auth.people import refusal_in, send
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


def member_path(member):
    return f"/api/organizations/members/{member.user_id}"


class TestMembers:
    def test_are_listed_with_their_roles(self, organization, owner, django_assert_max_num_queries):
        for _ in range(5):
            make_member(organization, "viewer")
        make_member(make_organization(), "viewer")

        with django_assert_max_num_queries(6):
            rows = send(owner, "get", "/api/organizations/members").json()["results"]

        assert [row["role"] for row in rows] == 5 * ["viewer"] + ["owner"]

    def test_keep_a_last_owner(self, organization, owner):
        demoted = send(owner, "patch", member_path(owner), {"role": "admin"})
        removed = send(owner, "delete", member_path(owner))
        make_member(organization, "owner")
        now_free = send(owner, "patch", member_path(owner), {"role": "admin"})

        assert (demoted.status_code, demoted.json()["code"]) == (409, "last_owner")
        assert removed.json()["code"] == "last_owner"
        assert now_free.status_code == 200

    def test_are_not_changed_by_who_holds_less(self, organization, owner):
        admin, viewer = make_member(organization, "admin"), make_member(organization, "viewer")

        assert refusal_in(send(admin, "patch", member_path(owner), {"role": "viewer"})) == (
            "more_than_own"
        )
        assert refusal_in(send(admin, "patch", member_path(viewer), {"role": "owner"})) == (
            "more_than_own"
        )
        assert send(admin, "patch", member_path(viewer), {"role": "manager"}).status_code == 200

    def test_get_no_role_that_is_not_there(self, organization, owner):
        viewer = make_member(organization, "viewer")
        foreign = make_member(make_organization(), "owner")
        role = send(foreign, "post", "/api/rbac/roles", {"name": "R", "permissions": []}).json()

        for name in ("emperor", role["id"], str(uuid4())):
            answer = send(owner, "patch", member_path(viewer), {"role": name})
            assert answer.json()["code"] == "role_not_found"

    def test_leave_with_sessions_keys_and_grants(self, organization, owner):
        admin = make_member(organization, "admin")
        send(admin, "post", "/api/auth/api-keys", {"name": "k", "permissions": []})
        Grant.unscoped.create(
            organization_id=organization.id,
            user=admin.user,
            resource_type="campaign",
            resource_id="1",
            granted_by_id=owner.user_id,
        )

        assert send(owner, "delete", member_path(admin)).status_code == 204

        assert not Membership.objects.filter(user=admin.user).exists()
        assert not Session.objects.filter(user=admin.user, revoked_at=None).exists()
        assert not ApiKey.objects.filter(user=admin.user, revoked_at=None).exists()
        assert not Grant.unscoped.exists()

    def test_tell_the_other_services(self, organization, owner):
        viewer = make_member(organization, "viewer")
        send(owner, "patch", member_path(viewer), {"role": "member"})
        send(owner, "delete", member_path(viewer))

        topics = set(Outbox.objects.values_list("topic", flat=True))
        assert topics >= {
            "auth.role.changed",
            "auth.member.removed",
            "auth.principal.changed",
            "auth.session.revoked",
            "omnify.audit.recorded",
        }

    def test_who_register_tell_the_other_services(self, registered):
        topics = set(Outbox.objects.values_list("topic", flat=True))

        assert topics >= {
            "auth.user.registered",
            "auth.organization.created",
            "auth.legal.accepted",
        }
