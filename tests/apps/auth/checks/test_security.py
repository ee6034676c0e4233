"""Checks 6 and 8: changes of what lets a user in (ASVS 7.4.3, 7.5.1)."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from rest_framework.test import APIClient

from apps.auth.exceptions import InvalidCredentialsError
from apps.auth.models import Session, User
from apps.auth.operations.sessions import Proof, revoke_sessions, switch_organization
from apps.auth.operations.sign_in import enter
from omnify.identity.arrival import Device
from omnify.identity.revocations import SessionRevokedError
from tests.apps.auth.people import (
    PASSWORD,
    add_passkey,
    age_proofs,
    bearer,
    code_of,
    finish_login,
    login,
    passkey_for,
    set_up_totp,
    totp,
)
from tests.world import deliver

pytestmark = pytest.mark.django_db


class TestCheck06ChangeOfCredentials:
    def test_of_the_password_ends_other_sessions(self, api, registered):
        other = APIClient(headers=bearer(login(api).json()["access_token"]))
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        answer = registered.post("/api/auth/change-password", body, format="json")
        deliver()

        assert code_of(other) == "session_ended"
        assert code_of(registered) == "session_ended"
        heir = APIClient(headers=bearer(answer.json()["access_token"]))
        assert heir.get("/api/analytics/views").status_code == 200

    def test_of_the_password_ends_sign_ins_that_wait_for_the_factor(self, api, registered):
        secret, _ = set_up_totp(registered)
        challenge = login(api).json()["challenge"]
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        registered.post("/api/auth/change-password", body, format="json")

        assert finish_login(api, challenge, totp(secret)).json()["code"] == "challenge_invalid"

    def test_of_the_password_stops_a_sign_in_that_has_checked_the_former(self, member):
        former = User.objects.get(id=member.user_id)
        present = User.objects.get(id=member.user_id)
        present.set_password("another long passphrase")
        present.save()

        with pytest.raises(InvalidCredentialsError):
            enter(
                former, device=Device(), proof=Proof(methods=("password",)), now=datetime.now(UTC)
            )

    def test_ends_also_what_would_succeed_the_session(self, member):
        session = member.client.opened
        now = datetime.now(UTC)
        revoke_sessions(now=now, reason="signed out everywhere", user_id=member.user_id)

        with pytest.raises(SessionRevokedError):
            switch_organization(
                session=session,
                organization_id=member.organization.id,
                device=Device(),
                now=now,
            )

        assert not Session.objects.filter(user_id=member.user_id, revoked_at=None).exists()

    def test_of_a_factor_ends_other_sessions(self, api, registered):
        other = APIClient(headers=bearer(login(api).json()["access_token"]))

        set_up_totp(registered)
        deliver()

        assert code_of(other) == "session_ended"
        assert registered.get("/api/analytics/views").status_code == 200

    @pytest.mark.parametrize("change", ["renew codes", "disable", "add passkey", "remove passkey"])
    def test_of_any_factor_ends_other_sessions(self, api, registered, change):
        secret, _ = set_up_totp(registered)
        passkey = add_passkey(registered)["id"]
        entered = finish_login(api, login(api).json()["challenge"], totp(secret)).json()
        other = APIClient(headers=bearer(entered["access_token"]))
        assert other.get("/api/analytics/views").status_code == 200

        if change == "renew codes":
            registered.post("/api/mfa/recovery-codes")
        elif change == "disable":
            registered.post("/api/mfa/disable")
        elif change == "add passkey":
            add_passkey(registered)
        else:
            registered.delete(f"/api/mfa/passkeys/{passkey}")
        deliver()

        assert code_of(other) == "session_ended"
        assert registered.get("/api/analytics/views").status_code == 200


class TestCheck08ChangesOfFactorsAndAddress:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/auth/change-email", {"email": "next@acme.example"}),
            ("/api/mfa/totp/setup", {}),
            ("/api/mfa/recovery-codes", {}),
            ("/api/mfa/passkeys/options", {}),
            ("/api/mfa/disable", {}),
        ],
    )
    def test_need_a_fresh_proof(self, registered, path, body):
        age_proofs()

        assert code_of(registered, "post", path, data=body, format="json") == (
            "reauthentication_required"
        )

    def test_need_it_still_when_an_app_is_taken_into_use(self, registered):
        secret = registered.post("/api/mfa/totp/setup").json()["secret"]
        age_proofs()

        body = {"code": totp(secret)}
        refused = code_of(registered, "post", "/api/mfa/totp/verify", data=body, format="json")

        assert refused == "reauthentication_required"
        assert not Authenticator.objects.exists()

    def test_need_it_still_when_a_passkey_is_taken_into_use(self, registered):
        body = passkey_for(registered)
        age_proofs()

        refused = code_of(registered, "post", "/api/mfa/passkeys", data=body, format="json")

        assert refused == "reauthentication_required"
        assert not Authenticator.objects.exists()

    def test_need_it_to_remove_a_passkey(self, registered):
        passkey = add_passkey(registered)["id"]
        age_proofs()

        refused = code_of(registered, "delete", f"/api/mfa/passkeys/{passkey}")

        assert refused == "reauthentication_required"
        assert Authenticator.objects.filter(id=passkey).exists()

    def test_need_the_factor_where_there_is_one(self, registered):
        secret, _ = set_up_totp(registered)

        by_password = registered.post(
            "/api/auth/reauthenticate", {"password": PASSWORD}, format="json"
        )
        by_code = registered.post("/api/auth/reauthenticate", {"code": totp(secret)}, format="json")

        assert by_password.json()["code"] == "wrong_password"
        assert by_code.status_code == 200

    def test_a_change_of_the_password_is_no_proof_where_there_is_a_factor(self, registered):
        set_up_totp(registered)
        age_proofs()
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        answer = registered.post("/api/auth/change-password", body, format="json")
        heir = APIClient(headers=bearer(answer.json()["access_token"]))

        assert code_of(heir, "post", "/api/mfa/disable") == "reauthentication_required"
        assert heir.get("/api/mfa/status").json()["is_enabled"]

    def test_a_password_alone_is_no_proof_where_there_is_a_factor(self, registered):
        set_up_totp(registered)
        Session.objects.update(methods="password")

        assert code_of(registered, "post", "/api/mfa/disable") == "reauthentication_required"

    def test_setting_a_factor_up_is_a_proof_of_it(self, registered):
        set_up_totp(registered)

        assert registered.post("/api/mfa/disable").status_code == 204
