"""The page to sign in, and what all pages send along."""

import pytest

from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


class TestSignIn:
    def test_sets_cookies_out_of_reach_of_scripts(self, client, registered):
        answer = client.post("/app/auth/sign-in", {**CREDENTIALS, "next": "/app/analytics/"})

        assert (answer.status_code, answer["Location"]) == (302, "/app/analytics/")
        access, refresh = answer.cookies["omnify-access"], answer.cookies["omnify-refresh"]
        assert access["httponly"]
        assert access["samesite"] == "Lax"
        # Longer than the token in it, so that the next sign-in knows which session it follows.
        assert access["max-age"] == refresh["max-age"]
        assert refresh["httponly"]
        assert refresh["path"] == "/app/auth/renew"

    def test_binds_the_cookies_to_the_host_over_https(self, client, registered):
        answer = client.post("/app/auth/sign-in", CREDENTIALS, secure=True)

        assert answer.cookies["__Host-omnify-access"]["secure"]
        assert answer.cookies["__Secure-omnify-refresh"]["secure"]

    def test_needs_the_token_of_its_form(self, registered):
        from django.test import Client

        answer = Client(enforce_csrf_checks=True).post("/app/auth/sign-in", CREDENTIALS)

        assert answer.status_code == 403
        assert "This form has expired" in answer.content.decode()

    def test_never_writes_by_cookie_on_the_api(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        assert client.get("/api/auth/me").status_code == 401


class TestPagesHeaders:
    def test_forbid_inline_scripts_and_frames(self, client, db):
        policy = client.get("/app/auth/sign-in")["Content-Security-Policy"]

        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
