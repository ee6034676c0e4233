"""The page to prove who one is again."""

import pytest
from allauth.mfa.models import Authenticator

from apps.auth.models import Session
from tests.apps.auth.people import age_proofs, open_browser, set_up_totp

pytestmark = pytest.mark.django_db
SECURITY = "/app/auth/security"
CONFIRM = "/app/auth/confirm?next=%2Fapp%2Fauth%2Fsecurity"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


class TestProvingOneselfAgain:
    def test_is_where_an_old_proof_leads_a_passkey_s_script(self, owner):
        browser = open_browser(owner)
        age_proofs()

        answer = browser.post(f"{SECURITY}/passkey-options", headers=HTMX)

        assert (answer.status_code, answer["HX-Redirect"]) == (204, CONFIRM)

    def test_asks_for_the_factor_where_there_is_one(self, owner):
        browser = open_browser(owner)
        before = browser.get(CONFIRM).content.decode()
        set_up_totp(owner.client)
        # It ended the browser's session, which knows only the password.
        Session.objects.update(revoked_at=None)

        page = f"http://testserver{SECURITY}"
        answer = browser.post(f"{SECURITY}/app", headers={"Referer": page})
        after = browser.get(answer["Location"]).content.decode()

        assert 'name="password"' in before
        assert 'name="code"' not in before
        assert answer["Location"] == CONFIRM
        assert 'name="code"' in after
        assert 'name="password"' not in after

    def test_offers_a_passkey_where_there_is_one(self, owner):
        browser = open_browser(owner)
        Authenticator.objects.create(user=owner.user, type="webauthn", data={"name": "Laptop"})

        page = browser.get(CONFIRM).content.decode()

        assert "Use a passkey" in page
        assert 'name="password"' not in page
