"""Members, roles, grants, brands, keys of programs and quotas of an organization."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.auth.contract import Auth
from apps.auth.exceptions import MemberNotFoundError, QuotaExceededError
from apps.auth.models import ApiKey, Grant, Membership, Session
from omnify.context import Context, acting_as, use
from omnify.events.models import Outbox
from omnify.services import client_of
from tests.apps.auth.people import bearer, token_in
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(db):
    return make_organization()


@pytest.fixture
def owner(organization):
    return make_member(organization, "owner")


def send(member, method, path, body=None):
    return getattr(member.client, method)(path, body or {}, format="json")


def code_of(answer):
    return answer.json()["code"]


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

        assert (demoted.status_code, code_of(demoted)) == (409, "last_owner")
        assert code_of(removed) == "last_owner"
        assert now_free.status_code == 200

    def test_are_not_changed_by_who_holds_less(self, organization, owner):
        admin, viewer = make_member(organization, "admin"), make_member(organization, "viewer")

        assert code_of(send(admin, "patch", member_path(owner), {"role": "viewer"})) == (
            "more_than_own"
        )
        assert code_of(send(admin, "patch", member_path(viewer), {"role": "owner"})) == (
            "more_than_own"
        )
        assert send(admin, "patch", member_path(viewer), {"role": "manager"}).status_code == 200

    def test_get_no_role_that_is_not_there(self, organization, owner):
        viewer = make_member(organization, "viewer")
        foreign = make_member(make_organization(), "owner")
        role = send(foreign, "post", "/api/rbac/roles", {"name": "R", "permissions": []}).json()

        for name in ("emperor", role["id"], str(uuid4())):
            answer = send(owner, "patch", member_path(viewer), {"role": name})
            assert code_of(answer) == "role_not_found"

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
        assert code_of(send(owner, "get", path)) == "role_not_found"

    def test_of_the_system_are_read_only(self, owner):
        assert send(owner, "get", "/api/rbac/roles/owner").json()["is_system"] is True
        for method in ("put", "delete"):
            answer = send(owner, method, "/api/rbac/roles/viewer", self.ROLE)
            assert (answer.status_code, code_of(answer)) == (403, "system_role")

    def test_hold_no_more_than_their_maker(self, organization, owner):
        admin = make_member(organization, "admin")
        asked = {"name": "R", "permissions": ["org:billing", "analytics:view"]}

        answer = send(admin, "post", "/api/rbac/roles", asked)

        assert code_of(answer) == "more_than_own"
        assert answer.json()["permissions"] == ["org:billing"]

    def test_that_somebody_has_stay(self, organization, owner):
        role = send(owner, "post", "/api/rbac/roles", self.ROLE).json()["id"]
        make_member(organization, role)

        answer = send(owner, "delete", f"/api/rbac/roles/{role}")

        assert (answer.status_code, code_of(answer), answer.json()["members"]) == (
            409,
            "role_in_use",
            1,
        )

    def test_have_a_name_once(self, owner):
        send(owner, "post", "/api/rbac/roles", self.ROLE)

        assert code_of(send(owner, "post", "/api/rbac/roles", self.ROLE)) == "role_name_taken"


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
        assert code_of(send(owner, "delete", path)) == "grant_not_found"

    def test_are_revoked_by_who_holds_what_they_give(self, organization, owner):
        admin, viewer = make_member(organization, "admin"), make_member(organization, "viewer")
        self.grant(owner, viewer, permissions=["agent:delete"])
        place = {"user_id": str(viewer.user_id), "resource_type": "campaign", "resource_id": "42"}
        path = f"/api/rbac/permissions/resource/revoke?{urlencode(place)}"

        refused = send(admin, "delete", path)
        replaced = self.grant(admin, viewer)

        assert (refused.status_code, code_of(refused)) == (403, "more_than_own")
        assert code_of(replaced) == "more_than_own"
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

        assert code_of(self.grant(owner, stranger)) == "member_not_found"


class TestBrands:
    def test_are_made_changed_and_deleted(self, owner):
        made = send(owner, "post", "/api/organizations/brands", {"name": "Globex"}).json()
        path = f"/api/organizations/brands/{made['id']}"

        assert send(owner, "patch", path, {"is_archived": True}).json()["is_archived"] is True
        again = send(owner, "post", "/api/organizations/brands", {"name": "Globex"})
        assert code_of(again) == "brand_name_taken"
        assert send(owner, "delete", path).status_code == 204
        assert code_of(send(owner, "get", path)) == "brand_not_found"


class TestApiKeys:
    def make(self, member, *permissions, **changes):
        body = {"name": "k", "permissions": permissions, **changes}
        return send(member, "post", "/api/auth/api-keys", body)

    def test_act_for_their_maker_within_their_own_permissions(self, owner):
        key = self.make(owner, "analytics:view").json()["key"]
        program = APIClient(headers=bearer(key))

        me = program.get("/api/auth/me").json()

        assert me["permissions"] == ["analytics:view"]
        assert program.get("/api/analytics/measures").status_code == 200
        assert code_of(program.get("/api/organizations/members")) == "missing_permission"
        assert ApiKey.objects.get().last_used_at is not None

    def test_hold_no_more_than_their_maker(self, organization):
        viewer = make_member(organization, "viewer")

        assert code_of(self.make(viewer, "org:billing")) == "more_than_own"

    def test_are_not_shown_again(self, owner):
        made = self.make(owner, "analytics:view").json()
        [row] = send(owner, "get", "/api/auth/api-keys").json()["results"]

        assert made["key"].startswith(row["prefix"])
        assert "key" not in row
        assert made["key"] not in str(row)

    @pytest.mark.parametrize("days", [-1, 0])
    def test_end_at_their_time(self, owner, days):
        expires_at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        key = self.make(owner, "analytics:view", expires_at=expires_at).json()["key"]

        answer = APIClient(headers=bearer(key)).get("/api/auth/me")
        assert (answer.status_code, code_of(answer)) == (401, "token_invalid")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("post", "/api/auth/api-keys"),
            ("get", "/api/auth/api-keys"),
            ("delete", "/api/auth/api-keys/{id}"),
            ("get", "/api/sessions"),
            ("post", "/api/sessions/revoke-all"),
            ("post", "/api/mfa/totp/setup"),
        ],
    )
    def test_let_nobody_change_or_see_who_gets_in(self, owner, method, path):
        made = self.make(owner, "analytics:view").json()
        program = APIClient(headers=bearer(made["key"]))

        makes_a_key = method == "post" and path.endswith("api-keys")
        body = {"name": "k", "permissions": []} if makes_a_key else {}
        answer = getattr(program, method)(path.format(id=made["id"]), body, format="json")

        assert (answer.status_code, code_of(answer)) == (403, "session_required")
        assert ApiKey.objects.get().revoked_at is None

    def test_need_a_fresh_proof_to_be_made_and_none_to_be_ended(self, owner):
        key_id = self.make(owner).json()["id"]
        Session.objects.update(authenticated_at=datetime.now(UTC) - timedelta(days=3))

        answer = self.make(owner)

        assert (answer.status_code, code_of(answer)) == (403, "reauthentication_required")
        assert send(owner, "delete", f"/api/auth/api-keys/{key_id}").status_code == 204

    @pytest.mark.django_db(transaction=True)
    def test_end_with_a_reset_of_the_password_and_not_with_the_sessions(
        self, api, owner, mailoutbox
    ):
        program = APIClient(headers=bearer(self.make(owner, "analytics:view").json()["key"]))
        send(owner, "post", "/api/sessions/revoke-all", {"keep_current": False})
        assert program.get("/api/auth/me").status_code == 200

        api.post("/api/auth/password/reset", {"email": owner.user.email}, format="json")
        body = {"token": token_in(mailoutbox[0]), "new_password": "another long passphrase"}
        api.post("/api/auth/password/reset/confirm", body, format="json")

        assert program.get("/api/auth/me").status_code == 401
        assert "All your sessions and API keys were ended" in mailoutbox[-1].body

    @pytest.mark.parametrize("key", ["omk_", "omk_x", "omk_" + 43 * "a"])
    def test_that_are_none_are_refused(self, api, db, key):
        assert code_of(api.get("/api/auth/me", headers=bearer(key))) == "token_invalid"


class TestQuotas:
    def test_are_shown_with_their_use(self, organization, owner):
        answer = send(owner, "get", "/api/organizations/quotas").json()

        assert answer["plan"] == "enterprise"
        assert answer["quotas"][0] == {"kind": "users", "limit": 100, "used": 1}

    def test_are_counted_once_per_key(self, owner):
        context = Context(
            principal=owner.client.principal(),
            organization_id=owner.organization_id,
            idempotency_key="one",
        )
        from apps.auth.operations.quotas import consume_quota

        with use(context):
            assert consume_quota(kind="campaigns", amount=3) == 3
            assert consume_quota(kind="campaigns", amount=3) == 3

    def test_give_back_no_more_than_was_used(self, owner):
        with acting_as(owner.client.principal()):
            auth = client_of(Auth)
            assert auth.consume_quota("campaigns", 2) == 2
            assert auth.consume_quota("campaigns", -2) == 0
            with pytest.raises(QuotaExceededError):
                auth.consume_quota("campaigns", -1)


class TestAuthContract:
    def test_answers_about_the_organization_alone(self, organization, owner):
        stranger = make_member(make_organization(), "owner")

        with acting_as(owner.client.principal()):
            auth = client_of(Auth)
            assert [row.role for row in auth.list_members()] == ["owner"]
            assert auth.get_principal(owner.user_id).role == "owner"
            assert auth.check_permission(owner.user_id, "org:admin")
            assert not auth.check_permission(stranger.user_id, "org:admin")
            assert auth.get_outstanding_documents(owner.user_id) == ()
            assert auth.introspect_session(owner.client.opened.id).is_alive
            assert not auth.introspect_session(stranger.client.opened.id).is_alive
            with pytest.raises(MemberNotFoundError):
                auth.get_principal(stranger.user_id)
