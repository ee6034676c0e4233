"""Signing in with e-mail and password."""

import pytest

from apps.auth.models import User
from tests.conftest import REGISTRATION

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


@pytest.mark.django_db
class TestLogin:
    def test_gives_tokens_that_work(self, api, registered):
        answer = api.post("/api/auth/login", CREDENTIALS, format="json")
        body = answer.json()
        me = api.get("/api/auth/me", headers={"authorization": f"Bearer {body['access_token']}"})

        assert answer.status_code == 200
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
        assert me.json()["user"]["email"] == CREDENTIALS["email"]
        assert me.json()["role"] == "owner"
        assert len(me.json()["permissions"]) == 31

    def test_takes_the_address_in_any_case(self, api, registered):
        credentials = {**CREDENTIALS, "email": CREDENTIALS["email"].upper()}

        assert api.post("/api/auth/login", credentials, format="json").status_code == 200

    @pytest.mark.parametrize(
        "credentials",
        [{**CREDENTIALS, "password": "wrong password"}, {**CREDENTIALS, "email": "x@y.example"}],
    )
    def test_refuses_wrong_and_unknown_alike(self, api, registered, credentials):
        answer = api.post("/api/auth/login", credentials, format="json")

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")

    def test_refuses_a_disabled_user_alike(self, api, registered):
        User.objects.update(is_active=False)

        answer = api.post("/api/auth/login", CREDENTIALS, format="json")

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
