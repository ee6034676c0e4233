"""Accounts: kept as the platform names them, and chosen once in an organization."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.operations import refresh_accounts
from apps.integrations.authorizing.models import Credential
from apps.integrations.platforms import registry
from apps.integrations.syncing.models import SyncRun
from omnify.context import acting_as
from tests.apps.integrations.platforms.remembered import ACCOUNT, Remembered, asking
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db
OTHER = msgspec.structs.replace(ACCOUNT, id="a2", name="Shop Ltd")


@pytest.fixture
def adapter(monkeypatch):
    adapter = Remembered(accounts=(ACCOUNT, OTHER))
    monkeypatch.setattr(registry, "ADAPTERS", {"remembered": adapter})
    return adapter


@pytest.fixture
def connection(owner, adapter):
    with acting_as(owner):
        made = make_connection(owner.organization_id, platform="remembered")
        Credential.objects.create(connection=made, access_encrypted="", refreshed_at=timezone.now())
        refresh_accounts(made, asking())
        yield made


def path_of(connection):
    return f"/api/integrations/connections/{connection.id}/accounts"


def choose(owner, connection, *accounts, **options):
    named = [each if isinstance(each, dict) else {"id": each} for each in accounts]
    return owner.put(path_of(connection), {"accounts": named, **options}, format="json")


class TestRefreshAccounts:
    def test_keeps_what_the_platform_names(self, owner, connection):
        rows = owner.get(path_of(connection)).json()["results"]

        assert [(row["id"], row["name"], row["is_chosen"]) for row in rows] == [
            ("a2", "Shop Ltd", False),
            ("a1", "Shop GmbH", False),
        ]

    def test_keeps_what_it_names_no_more(self, owner, connection, adapter):
        adapter.accounts = [OTHER]
        refresh_accounts(connection, asking())

        assert len(owner.get(path_of(connection)).json()["results"]) == 2

    def test_dates_another_zone(self, connection, adapter):
        adapter.accounts = [msgspec.structs.replace(ACCOUNT, timezone="America/New_York"), OTHER]
        later = datetime(2026, 11, 26, tzinfo=UTC)
        refresh_accounts(connection, asking(later))
        refresh_accounts(connection, asking(later))

        row = PlatformAccount.objects.get(external_id="a1")
        assert row.timezone == "America/New_York"
        assert [(era["since"][:10], era["timezone"]) for era in row.history] == [
            ("2026-11-25", "Europe/Berlin"),
            ("2026-11-26", "America/New_York"),
        ]
        assert len(PlatformAccount.objects.get(external_id="a2").history) == 1


class TestChooseAccounts:
    def test_reads_those_that_are_named_and_no_others(self, owner, connection):
        choose(owner, connection, "a1", "a2", depth=365)
        answer = choose(owner, connection, "a2", depth="all")

        assert [row["id"] for row in answer.json()["results"]] == ["a2"]
        rows = {row["id"]: row for row in owner.get(path_of(connection)).json()["results"]}
        assert {name: row["is_chosen"] for name, row in rows.items()} == {"a1": False, "a2": True}
        assert (rows["a1"]["depth_days"], rows["a2"]["depth_days"]) == (365, None)

    def test_begins_to_read_them(self, owner, connection):
        choose(owner, connection, "a1")

        run = SyncRun.objects.get()
        assert (run.connection_id, run.state) == (connection.id, "queued")

    def test_begins_nothing_where_none_is_named(self, owner, connection):
        choose(owner, connection)

        assert not SyncRun.objects.exists()

    def test_refuses_one_that_another_connection_reads(self, owner, connection):
        other = make_connection(owner.organization_id, platform="remembered")
        refresh_accounts(other, asking())
        choose(owner, other, "a1")

        answer = choose(owner, connection, "a1", "a2")

        assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")
        assert other.name in answer.json()["detail"]
        assert choose(owner, connection, "a2").status_code == 200

    def test_lets_another_organization_read_it_too(
        self, owner, connection, make_principal, client_for
    ):
        choose(owner, connection, "a1")
        stranger = make_principal()
        with acting_as(stranger):
            foreign = make_connection(stranger.organization_id, platform="remembered")
            refresh_accounts(foreign, asking())

        assert choose(client_for(stranger), foreign, "a1").status_code == 200

    @pytest.mark.parametrize(
        ("account", "status", "code"),
        [
            ({"id": "a9"}, 404, "account_not_found"),
            ({"id": "a1", "brand_id": str(uuid4())}, 422, "brand_unknown"),
            ({"id": ""}, 400, "invalid_input"),
        ],
    )
    def test_refuses_what_is_not_there(self, owner, connection, account, status, code):
        answer = choose(owner, connection, account)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not PlatformAccount.objects.filter(is_chosen=True).exists()

    def test_is_for_those_who_may_connect(self, connection, client_for, make_principal):
        viewer = make_principal("viewer", organization_id=connection.organization_id)

        assert choose(client_for(viewer), connection, "a1").status_code == 403
