"""Tokens are renewed by one process at a time, and end only where the platform says so."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import override_settings

from apps.integrations.authorizing.models import Credential
from apps.integrations.authorizing.tokens import LEASE, PATIENCE, Tokens
from apps.integrations.platforms import clients, configuration
from apps.integrations.platforms.refusals import GrantEndedError, UnreachableError
from apps.integrations.platforms.specs import OAuthSpec
from omnify.context import Principal, acting_as
from omnify.encryption import encrypt_text
from omnify.events.models import Outbox
from tests.factories.integrations import make_connection
from tests.peers.oauth import TokenPeer

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def peer(monkeypatch):
    peer = TokenPeer()
    spec = SimpleNamespace(
        id="klaviyo",
        name="Klaviyo",
        oauth=OAuthSpec(authorize_url="", token_url="", scopes=()),
        api_url="https://a.klaviyo.com",
        api_version="1",
        api_version_ends=None,
    )
    for module in (clients, configuration):
        monkeypatch.setattr(module, "get_adapter", lambda _: SimpleNamespace(spec=spec))
    own = {"CLIENT_ID": "app", "CLIENT_SECRET": "secret-of-app", "TOKEN_URL": peer.url}
    with override_settings(PLATFORMS={"klaviyo": own}):
        yield peer
    peer.close()


@pytest.fixture
def credential(make_principal):
    organization_id = make_principal().organization_id
    connection = make_connection(organization_id, platform="klaviyo")
    row = Credential(organization_id=organization_id, connection=connection)
    row.access_encrypted = encrypt_text("access-0", purpose=row.secret_purpose)
    row.refresh_encrypted = encrypt_text("refresh-0", purpose=row.secret_purpose)
    row.refreshed_at, row.expires_at = NOW - HOUR, NOW + timedelta(minutes=1)
    row.save()
    with acting_as(Principal(organization_id=organization_id)):
        yield row


def tokens_of(row, now=NOW, **more):
    return Tokens(row.connection_id, clock=lambda: now, **more)


def change(row, **values):
    Credential.unscoped.filter(id=row.id).update(**values)


@pytest.mark.django_db
class TestTokens:
    def test_renew_before_the_end_and_keep_what_came(self, peer, credential):
        assert tokens_of(credential).current() == ("access-1", 2)
        assert tokens_of(credential).current() == ("access-1", 2)
        assert [each["refresh_token"] for each in peer.asked] == ["refresh-0"]

    def test_are_used_as_they_are_while_there_is_time(self, peer, credential):
        change(credential, expires_at=NOW + HOUR)

        assert tokens_of(credential).current() == ("access-0", 1)
        assert peer.asked == []

    def test_renew_once_a_day_at_least(self, peer, credential):
        change(credential, expires_at=NOW + 900 * HOUR, refreshed_at=NOW - 24 * HOUR)

        assert tokens_of(credential).current() == ("access-1", 2)

    def test_renew_once_for_each_refused_version(self, peer, credential):
        assert tokens_of(credential).renew(1) == ("access-1", 2)
        assert tokens_of(credential).renew(1) == ("access-1", 2)
        assert len(peer.asked) == 1

    def test_are_kept_where_no_reader_of_the_database_sees_them(self, peer, credential):
        tokens_of(credential).current()

        kept = str(Credential.unscoped.filter(id=credential.id).values().get())
        assert "access-" not in kept
        assert "refresh-" not in kept

    def test_are_taken_over_from_a_holder_that_was_killed(self, peer, credential):
        change(credential, lease_owner=credential.id, lease_until=NOW + LEASE)
        present = [NOW]

        def wait(_):
            present[0] += timedelta(seconds=1)

        tokens = Tokens(credential.connection_id, clock=lambda: present[0], wait=wait)
        assert tokens.current() == ("access-1", 2)
        assert NOW + LEASE < present[0] <= NOW + LEASE + timedelta(seconds=1)

    def test_stay_where_the_platform_is_away(self, peer, credential):
        peer.answer = (503, {})

        assert tokens_of(credential).current() == ("access-0", 1)
        with pytest.raises(UnreachableError):
            tokens_of(credential, NOW + HOUR).current()
        credential.refresh_from_db()
        assert (credential.failing_since, credential.lease_until) == (NOW, None)

    def test_end_after_four_days_of_that(self, peer, credential):
        peer.answer = (503, {})
        change(credential, failing_since=NOW - PATIENCE)

        with pytest.raises(GrantEndedError, match="four days"):
            tokens_of(credential).current()

    def test_end_where_the_platform_says_so_and_that_is_told_once(self, peer, credential):
        peer.answer = (400, {"error": "invalid_grant", "error_description": "secret-of-app"})

        for _ in range(2):
            with pytest.raises(GrantEndedError) as refusal:
                tokens_of(credential).current()
            assert "secret" not in str(refusal.value)

        assert len(peer.asked) == 1
        assert Outbox.objects.filter(topic="integrations.connection.expired").count() == 1
        credential.refresh_from_db()
        assert credential.access_encrypted


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_ask_once_and_nobody_is_disconnected(self, peer, credential):
        found, principal = [], Principal(organization_id=credential.organization_id)

        def work():
            try:
                with acting_as(principal):
                    found.append(tokens_of(credential).current())
            finally:
                connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(50)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()

        assert found == [("access-1", 2)] * 50
        assert (len(peer.asked), peer.is_revoked) == (1, False)
