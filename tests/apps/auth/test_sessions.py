"""Sessions: listing and ending them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.auth.models import Session
from apps.auth.models.sessions import ADDRESS_KNOWN_FOR
from apps.auth.operations.sessions import REMEMBERED_LIFETIME
from omnify.db.upkeep import forget_old
from tests.conftest import REGISTRATION
from tests.factories.auth import make_member, make_organization

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


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


NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
class TestSession:
    @pytest.mark.parametrize(
        ("age", "left", "stays"),
        [
            (ADDRESS_KNOWN_FOR + MINUTE, -MINUTE, False),
            (ADDRESS_KNOWN_FOR + MINUTE, MINUTE, True),
            (ADDRESS_KNOWN_FOR - MINUTE, -MINUTE, True),
        ],
    )
    def test_stays_while_a_token_could_be_good_or_its_address_counts(self, age, left, stays):
        make_member(make_organization())
        Session.objects.update(created_at=NOW - age, expires_at=NOW + left, revoked_at=NOW - age)

        forget_old("default", now=NOW)

        assert Session.objects.exists() is stays

    def test_outlives_every_refresh_token(self):
        assert ADDRESS_KNOWN_FOR >= REMEMBERED_LIFETIME
