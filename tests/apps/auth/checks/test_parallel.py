"""Fifty tries at one instant have one effect, and the losers are told rightly.

Checks 6, 9, 12, 14, 15, 31.
"""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.db.models import F

from apps.auth.messages.invitations import InvitationAnswer, InvitationInput
from apps.auth.models import Invitation, Membership, QuotaUsage, RecoveryCode, Session
from apps.auth.operations import sessions, sign_in
from apps.auth.operations.invitations import accept_invitation, create_invitation
from apps.auth.operations.quotas import consume_quota
from apps.auth.operations.second_factor import check_code
from apps.auth.operations.tokens import refresh_session
from omnify.context import acting_as
from omnify.identity.arrival import Device
from tests.apps.auth.parallel import TRIES, try_at_once
from tests.apps.auth.people import set_up_totp, totp
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db(transaction=True)


def now():
    return datetime.now(UTC)


@pytest.fixture
def owner(transactional_db):
    return make_member(make_organization(), "owner")


class TestCheck09Refreshes:
    def test_move_the_session_once_and_all_get_one_successor(self, owner):
        presented = owner.client.tokens.refresh_token

        results, refusals = try_at_once(
            lambda _: refresh_session(presented=presented, now=now()).refresh_token
        )

        assert (len(results), len(set(results)), refusals) == (TRIES, 1, {})
        assert Session.objects.get(id=owner.client.opened.id).counter == 1


class TestCheck06EndingAllSessions:
    def test_ends_also_one_that_is_just_being_opened(self, owner, monkeypatch):
        ending = threading.Thread(target=self.end_all, args=(owner.user_id,))
        open_session = sessions.open_session

        def open_while_all_end(**options):
            ending.start()
            # It waits for this transaction; where it did not, it would be over soon.
            ending.join(timeout=0.5)
            return open_session(**options)

        monkeypatch.setattr(sessions, "open_session", open_while_all_end)
        sessions.switch_organization(
            session=owner.client.opened,
            organization_id=owner.organization.id,
            device=Device(),
            now=now(),
        )
        ending.join()

        assert Session.objects.filter(user=owner.user).count() == 2
        assert not Session.objects.filter(user=owner.user, revoked_at=None).exists()

    @staticmethod
    def end_all(user_id):
        try:
            sessions.revoke_sessions(now=now(), reason="all", user_id=user_id)
        finally:
            connections.close_all()


class TestCheck12Passwords:
    def test_that_are_wrong_are_held_to_the_limit(self, owner, monkeypatch):
        told = []

        def record_audit(*_, reason="", to="", **__):
            told.append(reason or to)

        monkeypatch.setattr(sign_in, "record_audit", record_audit)

        at = now()

        def guess(_):
            return sign_in.check_credentials(
                email=owner.user.email, password="wrong", address="198.51.100.1", now=at
            )

        results, refusals = try_at_once(guess)

        assert (results, refusals) == ([], {"invalid_credentials": TRIES})
        assert Counter(told) == {
            "wrong": 10,
            "locked": TRIES - 10,
            "address": 1,
            "strange addresses": 1,
        }


class TestCheck14TotpCode:
    def test_is_accepted_once(self, owner):
        secret, _ = set_up_totp(owner.client)
        code = totp(secret)

        results, refusals = try_at_once(lambda _: check_code(owner.user, code=code, now=now()))

        assert results == ["totp"]
        assert refusals == {"factor_refused": TRIES - 1}

    def test_that_is_wrong_is_counted_exactly(self, owner):
        set_up_totp(owner.client)

        results, refusals = try_at_once(
            lambda number: check_code(owner.user, code=f"00000{number:02}x", now=now())
        )

        assert results == []
        assert refusals == {"factor_refused": 5, "rate_limited": TRIES - 5}


class TestCheck15RecoveryCode:
    def test_is_spent_once(self, owner):
        _, codes = set_up_totp(owner.client)

        results, refusals = try_at_once(lambda _: check_code(owner.user, code=codes[0], now=now()))

        assert results == ["recovery_code"]
        assert refusals == {"factor_refused": TRIES - 1}
        assert RecoveryCode.objects.filter(user=owner.user, used_at=None).count() == 9


class TestCheck31Invitation:
    def test_is_accepted_once(self, owner):
        with acting_as(owner.client.principal()):
            invitation = InvitationInput(email="new@people.example", role="viewer")
            _, secret = create_invitation(invitation, now=now())

        def accept(_):
            new = {"first_name": "New", "last_name": "Comer", "password": "a long new passphrase"}
            return accept_invitation(InvitationAnswer(token=secret, **new), now=now()).user_id

        results, refusals = try_at_once(accept)

        assert len(results) == 1
        assert refusals == {"invitation_not_found": TRIES - 1}
        assert Membership.objects.filter(user__email="new@people.example").count() == 1
        assert Invitation.objects.get().accepted_at is not None


class TestQuota:
    def test_is_never_exceeded(self, owner):
        organization = owner.organization
        organization.plan = "free"
        organization.save()

        def consume(_):
            with acting_as(owner.client.principal()):
                return consume_quota(kind="campaigns", amount=1)

        results, refusals = try_at_once(consume)

        assert sorted(results) == [1, 2, 3, 4, 5]
        assert refusals == {"quota_exceeded": TRIES - 5}
        assert QuotaUsage.objects.filter(used=F("used")).get().used == 5
