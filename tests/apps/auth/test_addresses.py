"""Links that were mailed to addresses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.auth.models import EmailToken
from omnify.db.upkeep import forget_old
from tests.factories.auth import make_user

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
