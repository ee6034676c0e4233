"""Whole syncs of Google Ads: what the customer's own sums say is what is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from apps.integrations.accounts.operations import refresh_accounts
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.syncing.operations.running import run_sync
from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.google_samples import BERLIN
from tests.apps.integrations.platforms.connected import connected
from tests.apps.integrations.platforms.google_ads.reading import SHOP, list_right
from tests.apps.integrations.syncing.runs import Syncs
from tests.factories.auth import make_organization

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def peer(clock):
    with GoogleAdsPeer() as peer:
        yield peer


@pytest.fixture
def syncs(clock, peer, client_for, make_principal):
    principal = make_principal(organization_id=make_organization().id)
    with connected("google_ads", peer, principal.organization_id) as connection:
        made = Syncs(lambda: client_for(principal), connection, None, clock)
        refresh_accounts(connection, open_api(connection))
        made.choose(BERLIN)
        yield made


def list_kept(level, first):
    """Return the sums of what is kept at a level, by day, as the peer's are."""
    sums = {}
    for row in DailyMetric.counted().filter(level=level, date__gte=first):
        own = sums.setdefault(row.date, {"spend": 0, "conversions": 0})
        own["spend"] += row.spend_micros
        own["conversions"] += row.conversions_micros
    return sums


def list_wanted(peer, first, last):
    return {
        day: {measure: numbers[measure] for measure in ("spend", "conversions")}
        for day, numbers in list_right(peer, SHOP, first, last).items()
    }


def sync(syncs):
    """Let a whole run happen; return it as the API shows it."""
    run_id = syncs.start().json()["id"]
    run_sync(run_id, lambda *_: None)
    return syncs.show(run_id)


class TestSync:
    def test_keeps_the_customers_own_sums_also_when_they_have_risen(self, syncs, peer):
        first, last = date(2026, 10, 27), NOON.date()
        assert sync(syncs)["state"] == "succeeded"
        assert list_kept("campaign", first) == list_wanted(peer, first, last)
        early = list_kept("account", first)

        syncs.wait(days=12)
        assert sync(syncs)["state"] == "succeeded"
        last += timedelta(days=12)
        for level in ("account", "campaign"):
            assert list_kept(level, first) == list_wanted(peer, first, last)
        assert list_kept("account", first)[NOON.date()] != early[NOON.date()]

    def test_asks_only_for_numbers_where_it_knows_the_account(self, syncs, peer):
        sync(syncs)
        peer.ledger.clear()

        assert sync(syncs)["state"] == "succeeded"
        queries = [asked.body.decode() for asked in peer.ledger]
        assert queries
        assert [query for query in queries if "metrics." not in query] == []
