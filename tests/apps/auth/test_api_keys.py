"""The keys of programs."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from apps.auth.models import ApiKey, Session
from tests.apps.auth.people import bearer, refusal_in, send, token_in
from tests.factories.auth import make_member

pytestmark = pytest.mark.django_db


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
        assert refusal_in(program.get("/api/organizations/members")) == "missing_permission"
        assert ApiKey.objects.get().last_used_at is not None

    def test_hold_no_more_than_their_maker(self, organization):
        viewer = make_member(organization, "viewer")

        assert refusal_in(self.make(viewer, "org:billing")) == "more_than_own"

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
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")

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

        assert (answer.status_code, answer.json()["code"]) == (403, "session_required")
        assert ApiKey.objects.get().revoked_at is None

    def test_need_a_fresh_proof_to_be_made_and_none_to_be_ended(self, owner):
        key_id = self.make(owner).json()["id"]
        Session.objects.update(authenticated_at=datetime.now(UTC) - timedelta(days=3))

        answer = self.make(owner)

        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
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
        assert refusal_in(api.get("/api/auth/me", headers=bearer(key))) == "token_invalid"
