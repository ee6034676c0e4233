"""allauth's own API for apps: our tokens, our rules, and nothing that would go round them."""

import pytest

from apps.auth.models import Session, User
from apps.auth.operations import limits
from tests.apps.auth.people import CREDENTIALS, bearer, set_up_totp, totp

pytestmark = pytest.mark.django_db
BASE = "/api/auth/app/v1"


def post(api, path, body, **headers):
    return api.post(f"{BASE}/{path}", body, format="json", headers=headers)


class TestHeadlessLogin:
    def test_gives_our_tokens(self, api, registered):
        answer = post(api, "auth/login", CREDENTIALS).json()

        me = api.get("/api/auth/me", headers=bearer(answer["meta"]["access_token"]))
        assert me.json()["user"]["email"] == CREDENTIALS["email"]
        assert Session.objects.count() == 2

    def test_is_held_to_the_same_limits(self, api, registered):
        for _ in range(limits.PAIR.most):
            post(api, "auth/login", {**CREDENTIALS, "password": "wrong"})

        assert post(api, "auth/login", CREDENTIALS).status_code == 400
        assert api.post("/api/auth/login", CREDENTIALS, format="json").status_code == 401

    def test_refreshes_with_reuse_detection(self, api, registered):
        first = post(api, "auth/login", CREDENTIALS).json()["meta"]["refresh_token"]

        second = post(api, "tokens/refresh", {"refresh_token": first}).json()["data"]
        Session.objects.update(rotated_at="2026-01-01T00:00Z")
        again = post(api, "tokens/refresh", {"refresh_token": first})

        assert second["refresh_token"] != first
        assert again.status_code == 400

    def test_ends_with_our_session(self, api, registered):
        token = post(api, "auth/login", CREDENTIALS).json()["meta"]["session_token"]
        known = api.get(f"{BASE}/auth/session", headers={"x-session-token": token})
        Session.objects.update(revoked_at="2026-01-01T00:00Z")
        over = api.get(f"{BASE}/auth/session", headers={"x-session-token": token})

        assert (known.status_code, over.status_code) == (200, 410)

    def test_ends_our_session_when_it_is_ended(self, api, registered):
        token = post(api, "auth/login", CREDENTIALS).json()["meta"]["session_token"]

        api.delete(f"{BASE}/auth/session", headers={"x-session-token": token})

        assert Session.objects.first().revoked_reason == "signed out"

    def test_keeps_no_token_that_works_without_our_key(self, api, registered):
        from django.contrib.sessions.models import Session as LibrarySession

        token = post(api, "auth/login", CREDENTIALS).json()["meta"]["session_token"]
        key = LibrarySession.objects.latest("expire_date").session_key

        stolen = api.get(f"{BASE}/auth/session", headers={"x-session-token": key})
        assert token != key
        assert stolen.status_code == 410


class TestHeadlessSecondFactor:
    def begin(self, api):
        answer = post(api, "auth/login", CREDENTIALS)
        assert answer.status_code == 401
        assert "access_token" not in answer.json()["meta"]
        return answer.json()["meta"]["session_token"]

    def finish(self, api, token, code):
        return post(api, "auth/2fa/authenticate", {"code": code}, **{"x-session-token": token})

    def test_takes_a_code_once_and_over_both_apis(self, api, registered):
        secret, _ = set_up_totp(registered)
        code = totp(secret)

        first = self.finish(api, self.begin(api), code)
        challenge = api.post("/api/auth/login", CREDENTIALS, format="json").json()["challenge"]
        again = api.post(
            "/api/auth/login/mfa", {"challenge": challenge, "code": code}, format="json"
        )

        assert first.status_code == 200, first.content
        assert again.json()["code"] == "factor_refused"

    def test_refuses_a_code_that_our_api_took(self, api, registered):
        secret, _ = set_up_totp(registered)
        token, code = self.begin(api), totp(secret)
        challenge = api.post("/api/auth/login", CREDENTIALS, format="json").json()["challenge"]
        api.post("/api/auth/login/mfa", {"challenge": challenge, "code": code}, format="json")

        answer = self.finish(api, token, code)

        assert answer.status_code in (400, 401)
        assert "access_token" not in answer.content.decode()

    def test_counts_wrong_codes(self, api, registered):
        secret, _ = set_up_totp(registered)
        for number in range(limits.FACTOR.most):
            self.finish(api, self.begin(api), f"00000{number}")

        right = self.finish(api, self.begin(api), totp(secret))

        assert "access_token" not in right.content.decode()
        challenge = api.post("/api/auth/login", CREDENTIALS, format="json").json()["challenge"]
        body = {"challenge": challenge, "code": totp(secret, steps=1)}
        answer = api.post("/api/auth/login/mfa", body, format="json")
        assert answer.json()["code"] == "rate_limited"


class TestHeadlessRest:
    @pytest.mark.parametrize(
        "path",
        [
            "auth/signup",
            "account/password/change",
            "account/email",
            "account/authenticators/totp",
            "auth/password/request",
            "auth/password/reset",
            "auth/2fa/reauthenticate",
            "auth/webauthn/login",
        ],
    )
    def test_is_not_offered(self, api, registered, path):
        answer = post(api, path, {})

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert User.objects.count() == 1

    @pytest.mark.parametrize("body", ["", "{", "[]", '{"email": 1}', "null"])
    @pytest.mark.parametrize("path", ["auth/login", "auth/2fa/authenticate", "tokens/refresh"])
    def test_survives_bad_input(self, api, db, path, body):
        answer = api.post(f"{BASE}/{path}", body, content_type="application/json")

        assert 400 <= answer.status_code < 500
