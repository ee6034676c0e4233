"""The page where a user sees and changes what lets them in."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator

from apps.auth.models import LoginChallenge, Session
from apps.auth.pages.security import name_device
from tests.apps.auth.people import open_browser, set_up_totp, totp
from tests.factories.auth import PASSWORD

pytestmark = pytest.mark.django_db
SECURITY = "/app/auth/security"
CONFIRM = "/app/auth/confirm?next=%2Fapp%2Fauth%2Fsecurity"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


class TestSecurityPage:
    def test_asks_before_factors_are_removed(self, owner):
        browser = open_browser(owner)
        passkey = Authenticator.objects.create(
            user=owner.user, type="webauthn", data={"name": "Laptop"}
        )
        urls = [f"{SECURITY}/factors/remove", f"{SECURITY}/passkeys/{passkey.id}/remove"]

        page = browser.get(SECURITY).content.decode()
        questions = [browser.get(url).content.decode() for url in urls]

        assert all(f'href="{url}"' in page for url in urls)
        assert "your recovery codes are void" in questions[0]
        assert "cannot be used to sign in any more" in questions[1]
        assert Authenticator.objects.filter(id=passkey.id).exists()

    def test_shows_recovery_codes_this_once(self, owner):
        browser = open_browser(owner)
        set_up_totp(owner.client)
        Session.objects.update(revoked_at=None, methods="password,totp")

        codes = browser.post(f"{SECURITY}/recovery-codes").context["recovery_codes"].split()
        page = browser.get(SECURITY).content.decode()

        assert len(codes) == 10
        assert not any(code in page for code in codes)

    def test_takes_another_code_after_a_wrong_one(self, owner):
        browser = open_browser(owner)
        secret = browser.post(f"{SECURITY}/app").context["secret"]
        url = f"{SECURITY}/app/confirm"

        wrong = browser.post(url, {"code": "000000x"})
        right = browser.post(url, {"code": totp(secret)})

        assert 'id="id_code_error"' in wrong.content.decode()
        assert f'action="{url}"' in wrong.content.decode()
        assert wrong.context["secret"] == secret
        assert wrong.context["picture"]
        assert "The authenticator app is set up." in right.content.decode()
        assert len(right.context["recovery_codes"].split()) == 10

    def test_starts_again_after_a_set_up_that_took_too_long(self, owner):
        browser = open_browser(owner)
        secret = browser.post(f"{SECURITY}/app").context["secret"]
        LoginChallenge.objects.update(expires_at=datetime.now(UTC))

        page = browser.post(f"{SECURITY}/app/confirm", {"code": totp(secret)}).content.decode()

        assert "The set-up took too long; start it again." in page
        assert f'action="{SECURITY}/app"' in page

    def test_gives_recovery_codes_as_a_file_without_a_script(self, owner):
        browser = open_browser(owner)
        set_up_totp(owner.client)
        Session.objects.update(revoked_at=None, methods="password,totp")

        answer = browser.post(f"{SECURITY}/recovery-codes")

        codes = answer.context["recovery_codes"]
        [href] = re.findall(
            r'href="data:text/plain;charset=utf-8,([^"]+)"', answer.content.decode()
        )
        assert unquote(href) == codes

    def test_changes_the_password_and_stays_signed_in(self, owner):
        browser = open_browser(owner)
        body = {"current_password": "wrong", "new_password": "another long passphrase"}

        wrong = browser.post(f"{SECURITY}/password", body, headers=HTMX)
        page = browser.post(
            f"{SECURITY}/password", body | {"current_password": PASSWORD}, follow=True
        )

        assert 'id="id_new_password"' in wrong.content.decode()
        assert 'role="alert"' in wrong.content.decode()
        assert page.redirect_chain == [(SECURITY, 303)]
        assert "The password was changed." in page.content.decode()
        owner.user.refresh_from_db()
        assert owner.user.check_password("another long passphrase")

    def test_ends_another_session(self, owner):
        browser, url = open_browser(owner), f"{SECURITY}/sessions/{owner.client.opened.id}/end"

        assert f'action="{url}"' in browser.get(SECURITY).content.decode()
        assert "The session was ended." in browser.post(url, follow=True).content.decode()
        assert browser.post(url).status_code == 404

    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            (
                "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0 Safari/537",
                "Chromium on Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537 Edg/131.0", "Edge on Windows"),
            ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/17 Safari/604", "Safari on iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Firefox/133.0", "Firefox on macOS"),
            ("curl/8.0", "curl/8.0"),
            ("", "Unknown device"),
        ],
    )
    def test_names_devices_as_people_do(self, agent, name):
        assert name_device(agent) == name

    def test_says_how_strong_the_sign_in_is(self, owner):
        browser = open_browser(owner)
        weak = browser.get(SECURITY).content.decode()
        set_up_totp(owner.client)
        Session.objects.update(revoked_at=None)
        good = browser.get(SECURITY).content.decode()

        assert "Weak: whoever has your password is in." in weak
        assert "Good: password and app." in good
        assert "· now ·" in weak

    def test_adds_no_passkey_that_the_browser_did_not_make(self, owner):
        page = open_browser(owner).post(f"{SECURITY}/passkeys", {"name": "Laptop"})

        assert page.status_code == 400
        assert "The browser made no passkey; try again." in page.content.decode()
        assert 'value="Laptop"' in page.content.decode()
