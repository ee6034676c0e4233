"""Whole runs of a connection to Meta: what is kept is what Meta knows."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from apps.integrations.metrics.models import COLUMNS, DailyMetric
from apps.integrations.syncing.operations.running import run_sync
from omnify.context import Principal, acting_as
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.apps.integrations.platforms.meta_ads.conftest import NOW
from tests.apps.integrations.platforms.meta_ads.test_insights import right
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
PATH = "/api/integrations/meta_ads"
LAST = NOW.date()
FIRST = LAST - timedelta(days=29)


@pytest.fixture
def client(peer):
    """Somebody who connected Meta, and chose the account in euros."""
    with (
        time_machine.travel(NOW, tick=False),
        override_settings(PLATFORMS={"meta_ads": peer.settings}),
    ):
        organization = make_organization()
        browser = Browser(make_member(organization, "owner").client)
        back = consent(browser.leave(f"{PATH}/oauth/authorize"))
        made = browser.come_back(back, path=f"{PATH}/oauth/callback").json()
        browser.client.path = f"/api/integrations/connections/{made['connection_id']}"
        chosen = {"accounts": [{"id": "1001"}], "depth": 30}
        browser.client.put(f"{browser.client.path}/accounts", chosen, format="json")
        with acting_as(Principal(organization_id=organization.id)):
            yield browser.client


def sync(client):
    """Let a whole run happen, and return it."""
    run_id = client.post(f"{client.path}/sync", {}, format="json").json()["id"]
    run_sync(run_id, lambda *_: None)
    return client.get(f"/api/integrations/sync-runs/{run_id}").json()


def sums(level):
    """Return what counts of a level, but for reach."""
    found = Counter()
    for row in DailyMetric.counted().filter(level=level):
        found.update(
            {name: getattr(row, column) or 0 for name, column in COLUMNS.items() if name != "reach"}
        )
    return {name: micros for name, micros in found.items() if micros}


class TestRun:
    def test_keeps_what_meta_knows_at_every_level(self, client, peer):
        run = sync(client)

        assert (run["state"], run["disagreements"]) == ("succeeded", 0)
        known = right(peer, FIRST, LAST)
        assert {level: sums(level) for level in ("account", "campaign", "ad")} == dict.fromkeys(
            ("account", "campaign", "ad"), known
        )

    def test_lists_no_ads_which_its_numbers_name(self, client, peer):
        sync(client)
        peer.ledger.clear()

        run = sync(client)

        assert run["state"] == "succeeded"
        assert peer.asked_of("/insights")
        listed = ("/ads", "/adsets", "/campaigns", "/adcreatives", "/adaccounts")
        assert [each.path for each in peer.ledger if each.path.endswith(listed)] == []

    def test_asks_again_by_another_attribution_in_halves_where_reports_fail(self, client, peer):
        sync(client)
        peer.longest_days = 15
        client.patch(client.path, {"window": "1d_click"}, format="json")

        run = sync(client)

        assert (run["state"], run["disagreements"]) == ("succeeded", 0)
        assert sums("ad") == right(peer, FIRST, LAST, windows=("1d_click",))
        assert set(DailyMetric.counted().values_list("window", flat=True)) == {"1d_click"}
