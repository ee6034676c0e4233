"""The command that sets a user's password."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from apps.auth.models import ApiKey, AuditEntry, Session, User
from tests.apps.auth.people import CREDENTIALS, login
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long passphrase"


@pytest.fixture
def run(monkeypatch):
    def run(email=CREDENTIALS["email"], new=NEW):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{new}\n"))
        out = io.StringIO()
        call_command("passwords", email, stdout=out)
        return out.getvalue()

    return run


class TestPasswords:
    def test_sets_one_and_ends_what_the_former_one_opened(self, api, registered, mailoutbox, run):
        body = {"name": "x", "permissions": ["analytics:view"]}
        registered.post("/api/auth/api-keys", body, format="json")
        mailoutbox.clear()

        said = run()

        assert said == "ada@acme.example has a new password; sessions and API keys have ended.\n"
        assert registered.get("/api/auth/me").json()["code"] == "session_ended"
        assert not ApiKey.objects.filter(revoked_at=None).exists()
        assert not Session.objects.filter(revoked_at=None).exists()
        assert (login(api).status_code, login(api, password=NEW).status_code) == (401, 200)
        deliver()
        assert AuditEntry.objects.filter(action="auth.password.changed").count() == 1
        assert mailoutbox[0].to == [CREDENTIALS["email"]]

    @pytest.mark.parametrize("new", ["short", "acme byron byron"])
    def test_refuses_a_weak_one(self, api, registered, run, new):
        with pytest.raises(CommandError, match=r"Choose another password\. (It|This)"):
            run(new=new)

        assert login(api).status_code == 200

    def test_names_an_address_that_nobody_has(self, registered, run):
        with pytest.raises(CommandError, match=r"No user has the address nobody@acme\.example"):
            run("nobody@acme.example")

    def test_of_django_changes_nothing_and_names_this_one(self, registered):
        before = User.objects.get().password

        with pytest.raises(CommandError, match=r"manage\.py passwords ada@acme\.example"):
            call_command("changepassword", CREDENTIALS["email"])

        assert User.objects.get().password == before
