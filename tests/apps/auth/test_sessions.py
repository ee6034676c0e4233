"""Signing in, going on and signing out."""

import contextlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from apps.auth.exceptions import RefreshTokenInvalidError, RefreshTokenReusedError
from apps.auth.models import AuditEntry, Session, User
from apps.auth.operations.tokens import refresh_session
from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from tests.conftest import REGISTRATION

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


def now():
    return datetime.now(UTC)


@pytest.mark.django_db
class TestLogin:
    def test_gives_tokens_that_work(self, api, registered):
        answer = api.post("/api/auth/login", CREDENTIALS, format="json")
        body = answer.json()
        me = api.get("/api/auth/me", headers={"authorization": f"Bearer {body['access_token']}"})

        assert answer.status_code == 200
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
        assert me.json()["user"]["email"] == CREDENTIALS["email"]
        assert me.json()["role"] == "owner"
        assert len(me.json()["permissions"]) == 31

    def test_takes_the_address_in_any_case(self, api, registered):
        credentials = {**CREDENTIALS, "email": CREDENTIALS["email"].upper()}

        assert api.post("/api/auth/login", credentials, format="json").status_code == 200

    @pytest.mark.parametrize(
        "credentials",
        [{**CREDENTIALS, "password": "wrong password"}, {**CREDENTIALS, "email": "x@y.example"}],
    )
    def test_refuses_wrong_and_unknown_alike(self, api, registered, credentials):
        answer = api.post("/api/auth/login", credentials, format="json")

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")

    def test_refuses_a_disabled_user_alike(self, api, registered):
        User.objects.update(is_active=False)

        answer = api.post("/api/auth/login", CREDENTIALS, format="json")

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.django_db
class TestRefreshSession:
    def test_rotates(self, registered):
        first = registered.answer["refresh_token"]

        second = refresh_session(presented=first, now=now()).refresh_token
        third = refresh_session(presented=second, now=now()).refresh_token

        assert len({first, second, third}) == 3

    def test_forgives_a_second_use_within_the_grace(self, registered):
        token, later = registered.answer["refresh_token"], now()

        successors = {
            refresh_session(presented=token, now=later + timedelta(seconds=n)).refresh_token
            for n in (0, 5, 10)
        }

        assert len(successors) == 1

    def test_ends_the_session_on_later_reuse(self, registered):
        token, later = registered.answer["refresh_token"], now()
        newest = refresh_session(presented=token, now=later).refresh_token

        with pytest.raises(RefreshTokenReusedError):
            refresh_session(presented=token, now=later + timedelta(seconds=11))
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=newest, now=later + timedelta(seconds=12))

    def test_tells_the_ledger_of_later_reuse_and_of_no_other(self, registered):
        token, later = registered.answer["refresh_token"], now()

        for seconds in (0, 10, 11):
            with contextlib.suppress(RefreshTokenReusedError):
                refresh_session(presented=token, now=later + timedelta(seconds=seconds))
        relay("default")
        dispatch("default", "auth")

        entry = AuditEntry.objects.get(action="auth.refresh_token.reused")
        assert (entry.outcome, entry.target_id) == ("refused", registered.answer["session_id"])
        assert str(entry.user_id) == registered.answer["user"]["id"]

    def test_ends_after_thirty_days_however_often_it_was_used(self, registered):
        token = registered.answer["refresh_token"]
        for day in (10, 20, 29):
            later = now() + timedelta(days=day)
            token = refresh_session(presented=token, now=later).refresh_token

        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=token, now=now() + timedelta(days=31))

    def test_accepts_tokens_of_a_key_until_it_is_dropped(self, registered, settings):
        first, former = registered.answer["refresh_token"], settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = 50 * "n", [50 * "x", former]

        second = refresh_session(presented=first, now=now()).refresh_token
        settings.SECRET_KEY_FALLBACKS = []

        assert refresh_session(presented=second, now=now()).refresh_token
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=first, now=now())

    @pytest.mark.parametrize("change", ["counter", "mac", "garbage", "empty"])
    def test_refuses_a_token_that_was_not_made_here(self, registered, change):
        session, counter, mac = registered.answer["refresh_token"].split(".")
        forged = {
            "counter": f"{session}.{int(counter) + 1}.{mac}",
            "mac": f"{session}.{counter}.{mac[::-1]}",
            "garbage": "a.b.c",
            "empty": "",
        }[change]

        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=forged, now=now())


@pytest.mark.django_db(transaction=True)
class TestRefreshSessionInParallel:
    def test_has_one_winner_and_one_successor(self, registered):
        token, answers, start = registered.answer["refresh_token"], [], threading.Barrier(20)

        def refresh():
            start.wait()
            try:
                answers.append(refresh_session(presented=token, now=now()).refresh_token)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=refresh) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (len(answers), len(set(answers))) == (20, 1)
        assert Session.objects.get().counter == 1


@pytest.mark.django_db
class TestLogout:
    def test_ends_the_session_and_its_tokens(self, registered):
        assert registered.post("/api/auth/logout").status_code == 204

        assert registered.get("/api/auth/me").json()["code"] == "session_ended"
        refresh = {"refresh_token": registered.answer["refresh_token"]}
        answer = registered.post("/api/auth/refresh", refresh, format="json")
        assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")


@pytest.mark.django_db
class TestSessions:
    def test_are_listed_and_ended_one_by_one(self, api, registered):
        other = api.post("/api/auth/login", CREDENTIALS, format="json").json()

        listed = registered.get("/api/sessions").json()["results"]
        ended = registered.delete(f"/api/sessions/{other['session_id']}")

        assert len(listed) == 2
        assert ended.status_code == 204
        assert len(registered.get("/api/sessions").json()["results"]) == 1

    def test_of_others_are_not_there(self, api, registered):
        stranger = {**REGISTRATION, "email": "eve@other.example", "organization_name": "Other"}
        theirs = api.post("/api/auth/register", stranger, format="json").json()

        answer = registered.delete(f"/api/sessions/{theirs['session_id']}")

        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
