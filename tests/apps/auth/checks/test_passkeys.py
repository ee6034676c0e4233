"""Case 26: the same authenticator added twice, and the page opened by its address."""

import pytest

from tests.apps.auth.people import open_browser, passkey_for, send

pytestmark = pytest.mark.django_db
OPTIONS = "/api/mfa/passkeys/options"
ADDRESSES = ["127.0.0.1", "127.0.0.1:8000", "[::1]:8000"]


class TestPasskeyOfAKnownDevice:
    def test_is_refused_with_what_is_so(self, member):
        bodies = [passkey_for(member.client, secret=16 * b"k") for _ in range(2)]

        first, again = [send(member, "post", "/api/mfa/passkeys", body) for body in bodies]

        assert (first.status_code, again.status_code) == (201, 409)
        assert again.json()["detail"] == "This device has a passkey here already."

    def test_leaves_the_factors_as_they_were(self, member):
        bodies = [passkey_for(member.client, secret=16 * b"k") for _ in range(2)]
        for body in bodies:
            send(member, "post", "/api/mfa/passkeys", body)

        assert len(member.client.get("/api/mfa/passkeys").json()["results"]) == 1


class TestPasskeyAtAnAddress:
    @pytest.fixture(autouse=True)
    def hosts(self, settings):
        settings.ALLOWED_HOSTS = ["127.0.0.1", "[::1]", "testserver"]

    @pytest.mark.parametrize("host", ADDRESSES)
    def test_is_refused_with_the_way_out(self, member, host):
        answer = member.client.post(OPTIONS, HTTP_HOST=host)

        assert (answer.status_code, answer.json()["code"]) == (409, "passkey_needs_name")
        assert "open the page by its name, not by" in answer.json()["detail"]

    def test_is_refused_as_a_proof_too(self, member):
        path = "/api/auth/reauthenticate/passkey-options"

        assert member.client.post(path, HTTP_HOST=ADDRESSES[0]).status_code == 409

    def test_is_refused_on_the_page(self, member):
        page = open_browser(member).post(
            "/app/auth/security/passkey-options",
            headers={"HX-Request": "true"},
            HTTP_HOST=ADDRESSES[0],
        )

        assert "data-error-detail" in page.content.decode()
        assert "by its name, not by 127.0.0.1" in page.content.decode()
