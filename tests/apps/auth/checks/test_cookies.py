"""Check 26: cookies and forms of the pages (ASVS 3.3, 3.5)."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from apps.auth.models import Session
from tests.apps.auth.people import CREDENTIALS
from tests.architecture.authz import page_routes

pytestmark = pytest.mark.django_db
#: What stands for a name in the address of a page; a form without its token comes to none.
IDS = {"uuid": "019a0000-0000-7000-8000-000000000000", "int": "1", "slug": "meta_ads"}
POSTED = [
    re.sub(r"<(\w+):\w+>", lambda match: IDS[match[1]], route.path)
    for route in page_routes()
    if route.method == "POST"
]


@pytest.fixture
def strict():
    """A browser whose forms are checked for their token."""
    return Client(enforce_csrf_checks=True)


class TestCheck26Cookies:
    def test_are_secure_httponly_samesite_and_bound_to_the_host(self, client, registered):
        answer = client.post("/app/auth/sign-in", CREDENTIALS, secure=True)

        cookies = {name: morsel for name, morsel in answer.cookies.items() if "csrf" not in name}
        assert set(cookies) == {"__Host-omnify-access", "__Secure-omnify-refresh"}
        for cookie in cookies.values():
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["samesite"] in ("Lax", "Strict")
            assert not cookie["domain"]
        assert cookies["__Host-omnify-access"]["path"] == "/"
        assert cookies["__Secure-omnify-refresh"]["path"] == "/app/auth/renew"

    def test_of_libraries_are_so_too(self, client, registered):
        call_command("staff", "add", CREDENTIALS["email"], verbosity=0)
        form = client.get("/app/auth/sign-in", secure=True)
        client.post("/app/auth/sign-in", CREDENTIALS, secure=True)
        admin = client.get("/admin/", secure=True)

        found = {**form.cookies, **admin.cookies}
        assert found.keys() == {"__Host-omnify_csrf", "__Secure-sessionid"}
        for name, cookie in found.items():
            assert cookie.key == name
            assert cookie["secure"], name
            assert cookie["httponly"], name
            assert cookie["samesite"] == "Lax", name
            assert not cookie["domain"], name
        assert found["__Host-omnify_csrf"]["path"] == "/"
        assert found["__Secure-sessionid"]["path"] == "/admin/"

    def test_of_libraries_are_read_by_their_bound_names_alone(self, client, strict, registered):
        call_command("staff", "add", CREDENTIALS["email"], verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS, secure=True)
        client.get("/admin/", secure=True)
        del client.cookies["__Host-omnify-access"]
        assert client.get("/admin/", secure=True).status_code == 200
        form = strict.get("/app/auth/sign-in", secure=True)
        body = {**CREDENTIALS, "csrfmiddlewaretoken": str(form.context["csrf_token"])}
        options = {"secure": True, "headers": {"Referer": "https://testserver/"}}

        # As another host of the domain could set them.
        client.cookies["sessionid"] = client.cookies.pop("__Secure-sessionid").value
        token = strict.cookies.pop("__Host-omnify_csrf")
        strict.cookies["omnify_csrf"] = token.value
        tossed = strict.post("/app/auth/sign-in", body, **options)
        strict.cookies["__Host-omnify_csrf"] = token.value
        own = strict.post("/app/auth/sign-in", body, **options)

        assert client.get("/admin/", secure=True).status_code == 302
        assert (tossed.status_code, own.status_code) == (403, 302)


class TestCheck26Writes:
    @pytest.mark.parametrize("path", POSTED)
    def test_by_cookie_need_the_token_of_their_form(self, strict, client, registered, path):
        signed_in = client.post("/app/auth/sign-in", CREDENTIALS)
        strict.cookies.update(signed_in.cookies)

        answer = strict.post(path, CREDENTIALS)

        assert answer.status_code == 403
        assert b"csrf" in answer.content.lower() or b"expired" in answer.content
        assert Session.objects.filter(revoked_at=None).count() == 2

    def test_on_the_api_take_no_cookie_at_all(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        assert client.post("/api/sessions/revoke-all").status_code == 401
        assert client.get("/api/auth/me").status_code == 401
