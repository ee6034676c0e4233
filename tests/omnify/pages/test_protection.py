"""What browsers are told of every answer."""

import pytest

pytestmark = pytest.mark.django_db


class TestHeaders:
    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/admin/",
            "/admin/none/",
            "/api/docs/",
            "/api/nothing",
            "/app/auth/sign-in",
            "/app/nothing",
        ],
    )
    @pytest.mark.parametrize("host", ["localhost", "evil.example"])
    def test_forbid_framing(self, client, path, host):
        answer = client.get(path, headers={"host": host})

        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]

    def test_forbid_framing_where_a_form_is_refused(self):
        from django.test import Client

        answer = Client(enforce_csrf_checks=True).post("/app/auth/sign-in")

        assert answer.status_code == 403
        assert answer["X-Frame-Options"] == "DENY"

    def test_insist_on_https_where_it_is_used(self, client):
        assert "Strict-Transport-Security" not in client.get("/api/docs/")
        answer = client.get("/api/docs/", secure=True)
        assert answer["Strict-Transport-Security"] == "max-age=31536000"


class TestForeignHost:
    @pytest.mark.parametrize("path", ["/api/auth/me", "/api/nothing", "/"])
    def test_is_a_problem_of_the_api(self, client, path):
        answer = client.get(path, headers={"host": "evil.example"})

        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "host_not_served"
        assert "evil" not in answer.content.decode()

    @pytest.mark.parametrize("path", ["/app/auth/sign-in", "/app/nothing", "/admin/"])
    def test_is_a_page_where_pages_are(self, client, path):
        answer = client.get(path, headers={"host": "evil.example"})

        assert answer.status_code == 400
        assert "does not answer under the host name" in answer.content.decode()
        assert "evil" not in answer.content.decode()
