"""What auth forgets: links whose time is over, and sessions of long ago."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.auth.models import EmailToken, Session
from apps.auth.models.sessions import ADDRESS_KNOWN_FOR
from apps.auth.operations.sessions import REMEMBERED_LIFETIME
from omnify.db.upkeep import forget_old
from tests.factories.auth import make_member, make_organization, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


class TestEmailToken:
    def test_goes_when_its_time_is_over(self):
        user = make_user()
        for left in (-MINUTE, MINUTE):
            EmailToken.objects.create(
                user=user, token_hash=str(left), created_at=NOW, expires_at=NOW + left
            )

        forget_old("default", now=NOW)

        assert EmailToken.objects.get().expires_at > NOW


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
