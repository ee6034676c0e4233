"""Renewing and ending the browser's session."""

from datetime import UTC, datetime

import pytest

from apps.auth.models import Session
from apps.auth.pages.sessions import next_of
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


def send_late(client, **form):
    """Send a form whose page has been open for longer than the access token lives."""
    client.post("/app/auth/sign-in", CREDENTIALS)
    del client.cookies["omnify-access"]
    return client.post("/app/auth/roles/new", form, follow=True)


class TestLateForm:
    def test_is_sent_again_with_the_renewed_session(self, client, registered):
        answer = send_late(client, name="Planner", permissions=["analytics:view"])

        assert [status for _, status in answer.redirect_chain] == [307, 307, 303]
        assert "Planner" in answer.content.decode()

    def test_asks_to_sign_in_after_the_session(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        Session.objects.update(revoked_at=datetime.now(UTC))
        del client.cookies["omnify-access"]
        form = {"name": "Planner"}
        page = {"Referer": "http://testserver/app/auth/roles"}

        late = client.post("/app/auth/roles/new", form, headers=page)
        answer = client.post(late["Location"], form)

        assert answer["Location"] == "/app/auth/sign-in?next=%2Fapp%2Fauth%2Froles"

    def test_is_sent_to_no_other_site(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        answer = client.post("/app/auth/renew?resend=https://evil.example/")

        assert answer["Location"] == "/"

    def test_goes_round_once(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        first, second = (client.post("/app/auth/renew?resend=/app/auth/roles/new") for _ in "ab")

        assert (first.status_code, second.status_code) == (307, 302)


class TestRenew:
    def test_brings_back_with_a_new_access_token(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        del client.cookies["omnify-access"]

        answer = client.get("/app/auth/renew?next=/app/analytics/")

        assert answer["Location"] == "/app/analytics/"
        assert answer.cookies["omnify-access"].value

    def test_asks_to_sign_in_without_a_session(self, client, db):
        answer = client.get("/app/auth/renew?next=/app/analytics/")

        assert answer["Location"] == "/app/auth/sign-in?next=%2Fapp%2Fanalytics%2F"

    def test_takes_nothing_from_a_browser_that_sends_no_refresh_token(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        kept = client.cookies.pop("omnify-refresh")

        answer = client.get("/app/auth/renew?next=/app/analytics/")

        assert answer["Location"].startswith("/app/auth/sign-in")
        assert not answer.cookies
        client.cookies["omnify-refresh"] = kept.value
        assert client.get("/app/auth/renew?next=/app/ml/")["Location"] == "/app/ml/"

    def test_takes_the_cookies_of_a_session_that_is_over(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        Session.objects.update(revoked_at=datetime.now(UTC))

        answer = client.get("/app/auth/renew")

        assert [morsel.value for morsel in answer.cookies.values()] == ["", ""]

    def test_asks_to_sign_in_when_the_page_refuses_the_new_token(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        first = client.get("/app/auth/renew?next=/app/analytics/")

        second = client.get("/app/auth/renew?next=/app/analytics/")
        third = client.get("/app/auth/renew?next=/app/analytics/")

        assert first["Location"] == "/app/analytics/"
        assert second["Location"] == "/app/auth/sign-in?next=%2Fapp%2Fanalytics%2F"
        assert third["Location"] == "/app/analytics/"

    def test_works_for_two_pages_at_once(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        client.get("/app/auth/renew?next=/app/analytics/")

        assert client.get("/app/auth/renew?next=/app/ml/")["Location"] == "/app/ml/"

    def test_is_where_a_page_sends_a_browser_it_does_not_know(self, client, db):
        answer = client.get("/app/analytics/?days=7")

        assert answer["Location"] == "/app/auth/renew?next=%2Fapp%2Fanalytics%2F%3Fdays%3D7"

    def test_is_told_to_htmx_in_its_own_way(self, client, db):
        headers = {"hx-request": "true", "hx-current-url": "http://testserver/app/analytics/?a=1"}

        answer = client.get("/app/analytics/?days=7", headers=headers)

        expected = "/app/auth/renew?next=%2Fapp%2Fanalytics%2F%3Fa%3D1"
        assert (answer.status_code, answer["HX-Redirect"]) == (204, expected)


class TestSignOut:
    def test_ends_the_session(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        answer = client.post("/app/auth/sign-out")

        assert answer["Location"] == "/app/auth/sign-in"
        assert client.get("/app/auth/renew")["Location"].startswith("/app/auth/sign-in")

    def test_ends_the_session_after_the_access_token_s_time(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        [newest, _] = Session.objects.all()
        del client.cookies["omnify-access"]

        first = client.post("/app/auth/sign-out")
        answer = client.post(first["Location"])

        newest.refresh_from_db()
        assert (first.status_code, answer["Location"]) == (307, "/app/auth/sign-in")
        assert newest.revoked_reason == "signed out"

    def test_needs_no_session(self, client, db):
        first = client.post("/app/auth/sign-out")

        assert client.post(first["Location"])["Location"] == "/app/auth/sign-in"


class TestNextOf:
    @pytest.mark.parametrize(
        ("asked", "target"),
        [
            ("/app/analytics/", "/app/analytics/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/\t\\evil.example/", "/"),
            ("/\t/evil.example/", "/"),
            ("/a\nb", "/"),
            ("evil.example", "/"),
            ("http://testserver:8004@evil.example/", "/"),
            ("http://testserver:8004\\@evil.example/", "/"),
            ("http://testserver:8004/app/analytics/", "http://testserver:8004/app/analytics/"),
            ("http://testserver:6666/", "/"),
        ],
    )
    def test_stays_in_the_fleet(self, rf, settings, asked, target):
        settings.PUBLIC_URLS = {"analytics": "http://testserver:8004"}

        assert next_of(rf.get("/", {"next": asked})) == target
