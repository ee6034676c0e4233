"""Accounts of a version before this one go on: their passwords, addresses and sessions."""

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from apps.auth.models import User
from tests.apps.auth.former import ACCOUNTS, COMPOSED, DECOMPOSED, restore
from tests.apps.auth.people import bearer, login, token_in

pytestmark = pytest.mark.django_db(transaction=True)
#: An hour after the accounts were made.
NOW = "2026-11-29T19:20:00Z"
GRACE = "grace@globex.example"
UNPROVEN, PROVEN, LATER = (email for email in ACCOUNTS if email.endswith(".org"))
SHARED = "ada@xn--exmple-cua.org"


@pytest.fixture(autouse=True)
def refresh_tokens():
    with time_machine.travel(NOW):
        yield restore(before=("omnify_auth", "0008_week_start"))


class TestAccountsOfTheFormerVersion:
    def test_sign_in_with_the_address_and_password_that_they_registered(self, api):
        for email, (_, password) in ACCOUNTS.items():
            answer = login(api, email=email, password=password)

            assert answer.json()["user"]["email"] == email

    def test_keep_their_sessions(self, api, refresh_tokens):
        for email, token in refresh_tokens.items():
            tokens = api.post("/api/auth/refresh", {"refresh_token": token}, format="json").json()
            me = api.get("/api/auth/me", headers=bearer(tokens["access_token"])).json()

            assert me["user"]["email"] == email

    def test_renew_a_hash_of_another_spelling_at_sign_in(self, api):
        before = login(api, email=GRACE, password=COMPOSED).status_code
        login(api, email=GRACE, password=DECOMPOSED)

        assert (before, login(api, email=GRACE, password=COMPOSED).status_code) == (401, 200)

    def test_share_a_mailbox_that_the_oldest_proven_one_has(self):
        assert User.objects.get(canonical_email=SHARED).email == PROVEN
        others = User.objects.filter(canonical_email=None).order_by("created_at")
        assert [user.email for user in others] == [UNPROVEN, LATER]

    def test_are_listed_where_they_share_a_mailbox(self):
        said = StringIO()
        call_command("addresses", stdout=said)

        holder = User.objects.get(canonical_email=SHARED)
        lines = said.getvalue().splitlines()
        assert [line.split()[0] for line in lines] == sorted([UNPROVEN, LATER])
        assert all(line.endswith(f"shares the mailbox of {PROVEN}  {holder.id}") for line in lines)

    def test_get_their_mailbox_by_the_command_when_made_after_the_migration(self):
        User.objects.filter(email=GRACE).update(canonical_email=None)

        call_command("addresses", stdout=StringIO())

        assert User.objects.get(canonical_email=GRACE).email == GRACE

    def test_get_mail_at_their_own_domain(self, api, mailoutbox):
        for email in ("ada@stra\u00dfe.de", "ada@strasse.de"):
            api.post("/api/auth/password/reset", {"email": email}, format="json")

        assert [mail.to for mail in mailoutbox] == [["ada@xn--strae-oqa.de"], ["ada@strasse.de"]]

    def test_reset_the_password_of_the_mailbox_by_any_spelling(self, api, mailoutbox):
        api.post("/api/auth/password/reset", {"email": "ADA@Ex\u00c4mple.org"}, format="json")

        body = {"token": token_in(mailoutbox[0]), "new_password": "an other long phrase"}
        api.post("/api/auth/password/reset/confirm", body, format="json")
        assert login(api, email=PROVEN, password=body["new_password"]).status_code == 200
