"""Members of an organization."""

from uuid import uuid4

import pytest

from apps.auth.contract import Auth
from apps.auth.models import ApiKey, Grant, Membership, Session
from omnify.context import acting_as
from omnify.events.models import Outbox
from omnify.services import client_of
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


class TestReadersRole:
    def choose(self, member, role):
        return send(member, "patch", "/api/auth/me", {"reader_role": role})

    def test_is_a_chief_marketing_officer_until_a_member_chooses(self, organization, owner):
        viewer = make_member(organization, "viewer")

        chosen = self.choose(viewer, "vp_growth")

        assert (chosen.status_code, chosen.json()["reader_role"]) == (200, "vp_growth")
        shown = [send(each, "get", "/api/auth/me").json() for each in (owner, viewer)]
        assert [me["reader_role"] for me in shown] == ["cmo", "vp_growth"]
        rows = send(owner, "get", "/api/organizations/members").json()["results"]
        assert [row["reader_role"] for row in rows] == ["vp_growth", "cmo"]

    def test_is_told_to_other_services(self, organization, owner):
        self.choose(owner, "agency_owner")

        with acting_as(owner.client.principal()):
            auth = client_of(Auth)
            assert auth.get_principal(owner.user_id).reader_role == "agency_owner"
            assert [row.reader_role for row in auth.list_members()] == ["agency_owner"]

    def test_is_of_one_organization_and_gives_no_rights(self, organization):
        viewer = make_member(organization, "viewer")
        elsewhere = make_member(make_organization(), "viewer", user=viewer.user)
        before = send(viewer, "get", "/api/auth/me").json()["permissions"]

        self.choose(viewer, "performance_marketer")

        assert send(viewer, "get", "/api/auth/me").json()["permissions"] == before
        assert send(elsewhere, "get", "/api/auth/me").json()["reader_role"] == "cmo"

    def test_is_one_of_four_and_changes_no_name(self, owner):
        refused = self.choose(owner, "emperor")
        both = send(owner, "patch", "/api/auth/me", {"first_name": "Ada", "reader_role": "cmo"})

        assert [each["field"] for each in refused.json()["errors"]] == ["reader_role"]
        assert (both.json()["first_name"], both.json()["last_name"]) == ("Ada", "Hopper")
