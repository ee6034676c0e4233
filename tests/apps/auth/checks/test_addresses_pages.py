"""The pages of mailed links: cut off, worn out, and the way to a new one."""

import pytest

from tests.apps.auth.people import token_in
from tests.conftest import REGISTRATION

VERIFY, RESET = "/app/auth/verify-email", "/app/auth/reset"
RENEWALS = [(VERIFY, "/app/auth/verify-email/resend"), (RESET, "/app/auth/forgot")]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "renewal"), RENEWALS)
class TestLink:
    @pytest.mark.parametrize("query", ["", "?token="])
    def test_that_is_cut_off_says_so_and_offers_a_new_one(self, client, path, renewal, query):
        page = client.get(path + query).content.decode()

        assert "lacks the end of its link" in page
        assert f'action="{renewal}"' in page
        assert 'type="email"' in page

    def test_that_was_sent_without_its_secret_says_so(self, client, path, renewal):
        page = client.post(path, {"new_password": "another long passphrase"})

        assert page.status_code == 400
        assert "lacks the end of its link" in page.content.decode()
        assert f'action="{renewal}"' in page.content.decode()

    def test_that_is_worn_out_offers_a_new_one(self, client, path, renewal):
        body = {"token": "unknown", "new_password": "another long passphrase"}
        page = client.post(path, body)

        assert page.status_code == 400
        assert "This link is not valid or has expired" in page.content.decode()
        assert f'action="{renewal}"' in page.content.decode()


@pytest.mark.django_db(transaction=True)
class TestNewLink:
    def test_is_mailed_to_an_address_that_waits(self, client, mails):
        page = client.post(f"{VERIFY}/resend", {"email": REGISTRATION["email"]}).content.decode()

        assert "a link is on its way" in page
        assert [mail.to for mail in mails] == [[REGISTRATION["email"]]]
        proven = client.post(VERIFY, {"token": token_in(mails[0])}).content.decode()
        assert "The address is confirmed." in proven

    def test_is_answered_alike_for_an_unknown_address(self, client, mails):
        page = client.post(f"{VERIFY}/resend", {"email": "nobody@people.example"}).content.decode()

        assert "If this address waits to be confirmed, a link is on its way." in page
        assert len(mails) == 0
