"""Check 16: links that reset a password (ASVS 6.4.3)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.auth.models import EmailToken
from tests.apps.auth.people import (
    CREDENTIALS,
    PASSWORD,
    code_of,
    finish_login,
    login,
    set_up_totp,
    token_in,
    totp,
)
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long passphrase"


def ask_reset(api, **options):
    return api.post(
        "/api/auth/password/reset", {"email": CREDENTIALS["email"]}, format="json", **options
    )


def reset(api, token, new=NEW):
    body = {"token": token, "new_password": new}
    return api.post("/api/auth/password/reset/confirm", body, format="json")


class TestCheck16ResetLink:
    def test_works_once(self, api, mails):
        ask_reset(api)

        assert reset(api, token_in(mails[0])).status_code == 204
        assert reset(api, token_in(mails[0])).json()["code"] == "link_invalid"
        assert login(api, password=NEW).status_code == 200
        assert login(api).status_code == 401

    def test_dies_with_a_newer_request(self, api, mails):
        ask_reset(api)
        ask_reset(api)

        assert reset(api, token_in(mails[0])).json()["code"] == "link_invalid"
        assert reset(api, token_in(mails[1])).status_code == 204

    def test_dies_with_a_change_of_the_password(self, api, mails, registered):
        ask_reset(api)
        token = token_in(mails[0])
        body = {"current_password": PASSWORD, "new_password": NEW}
        registered.post("/api/auth/change-password", body, format="json")

        assert reset(api, token).json()["code"] == "link_invalid"

    def test_dies_after_an_hour(self, api, mails):
        ask_reset(api)
        token = token_in(mails[0])

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert reset(api, token).json()["code"] == "link_invalid"

    def test_survives_a_refused_password(self, api, mails):
        ask_reset(api)

        assert reset(api, token_in(mails[0]), "short").json()["code"] == "password_refused"
        assert reset(api, token_in(mails[0])).status_code == 204

    def test_leads_to_the_configured_address_whatever_host_was_asked(self, api, mails, settings):
        settings.PUBLIC_URLS = {"auth": "https://app.omnify.example"}

        ask_reset(api, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
        refused = ask_reset(api, headers={"host": "evil.example"})

        assert "https://app.omnify.example/app/auth/reset?token=" in mails[0].body
        assert "evil.example" not in mails[0].body
        assert refused.status_code == 400
        assert len(mails) == 1

    def test_is_no_verification_link(self, api, mails):
        ask_reset(api)

        answer = api.post("/api/auth/verify-email", {"token": token_in(mails[0])}, format="json")
        assert answer.json()["code"] == "link_invalid"

    def test_is_sent_five_times_an_hour_and_the_refusal_is_silent(self, api, mails):
        answers = {ask_reset(api).status_code for _ in range(8)}

        assert answers == {202}
        assert len(mails) == 5


@pytest.mark.django_db(transaction=True)
class TestCheck16ResetDoesNotBypassMfa:
    def test_and_ends_all_sessions(self, api, registered, mailoutbox):
        secret, _ = set_up_totp(registered)
        api.post("/api/auth/password/reset", {"email": CREDENTIALS["email"]}, format="json")
        new = "another long passphrase"
        body = {"token": token_in(mailoutbox[-1]), "new_password": new}

        answer = api.post("/api/auth/password/reset/confirm", body, format="json")
        deliver()
        pending = login(api, password=new)

        assert answer.status_code == 204
        assert code_of(registered) == "session_ended"
        assert (pending.status_code, pending.json()["next"]) == (202, "mfa")
        done = finish_login(api, pending.json()["challenge"], totp(secret))
        assert done.status_code == 200
        assert EmailToken.objects.filter(purpose="reset", used_at=None).count() == 0
