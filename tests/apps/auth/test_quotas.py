"""The limits of a plan."""

import pytest

from apps.auth.contract import Auth
from apps.auth.exceptions import QuotaExceededError
from omnify.context import Context, acting_as, use
from omnify.services import client_of
from tests.apps.auth.people import send

pytestmark = pytest.mark.django_db


class TestQuotas:
    def test_are_shown_with_their_use(self, organization, owner):
        answer = send(owner, "get", "/api/organizations/quotas").json()

        assert answer["plan"] == "enterprise"
        assert answer["quotas"][0] == {"kind": "users", "limit": 100, "used": 1}

    def test_are_counted_once_per_key(self, owner):
        context = Context(
            principal=owner.client.principal(),
            organization_id=owner.organization_id,
            idempotency_key="one",
        )
        from apps.auth.operations.quotas import consume_quota

        with use(context):
            assert consume_quota(kind="campaigns", amount=3) == 3
            assert consume_quota(kind="campaigns", amount=3) == 3

    def test_give_back_no_more_than_was_used(self, owner):
        with acting_as(owner.client.principal()):
            auth = client_of(Auth)
            assert auth.consume_quota("campaigns", 2) == 2
            assert auth.consume_quota("campaigns", -2) == 0
            with pytest.raises(QuotaExceededError):
                auth.consume_quota("campaigns", -1)
