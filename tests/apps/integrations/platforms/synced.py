"""What a person does with a platform until its numbers are here, against its peer."""

from contextlib import contextmanager

from django.test import override_settings

from apps.integrations.metrics.models import DailyMetric
from apps.integrations.syncing.operations.running import run_sync
from omnify.context import Principal, acting_as
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.factories.auth import make_member, make_organization


@contextmanager
def synced(platform, peer, *accounts, depth=30):
    """Consent at a peer, choose accounts, let a run happen; gives the rows that it kept."""
    organization = make_organization()
    browser = Browser(make_member(organization, "owner").client)
    path = f"/api/integrations/{platform}/oauth"
    with (
        override_settings(PLATFORMS={platform: peer.settings}),
        acting_as(Principal(organization_id=organization.id)),
    ):
        back = browser.come_back(
            consent(browser.leave(f"{path}/authorize")), path=f"{path}/callback"
        )
        path = f"/api/integrations/connections/{back.json()['connection_id']}"
        choice = {"accounts": [{"id": each} for each in accounts], "depth": depth}
        assert browser.client.put(f"{path}/accounts", choice, format="json").status_code == 200
        run_id = browser.client.post(f"{path}/sync", {}, format="json").json()["id"]
        run_sync(run_id, lambda *_: None)
        run = browser.client.get(f"/api/integrations/sync-runs/{run_id}").json()
        assert run["state"] == "succeeded", run
        yield DailyMetric.counted().all()
