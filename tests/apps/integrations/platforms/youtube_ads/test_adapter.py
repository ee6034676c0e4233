"""YouTube Ads: the part of Google Ads that runs there."""

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.refusals import ThrottledError
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Role
from deploy.sandbox.google_ads import GoogleAdsPeer, failure
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected
from tests.apps.integrations.platforms.google_ads.reading import FIRST, SHOP, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer():
    with GoogleAdsPeer() as peer:
        peer.now = lambda: START
        yield peer


def read(connection, level):
    adapter = get_adapter(connection.platform)
    return list(adapter.read(open_api(connection, clock=Clock()), SHOP, wanted(level)))


class TestYouTube:
    def test_is_the_part_of_google_ads_that_runs_there(self, peer, owner):
        with connected("google_ads", peer, owner.organization_id) as google:
            known = {level: read(google, level) for level in ("campaign", "ad")}
        with connected("youtube_ads", peer, owner.organization_id) as youtube:
            for level, rows in known.items():
                assert read(youtube, level) == [
                    row for row in rows if row.channel in ("youtube", "demand gen")
                ]

    def test_is_split_into_its_own_campaigns(self, peer, owner):
        with connected("youtube_ads", peer, owner.organization_id) as youtube:
            adapter, api = get_adapter("youtube_ads"), open_api(youtube, clock=Clock())
            day = wanted("campaign", last=FIRST)
            parts = adapter.split(api, SHOP, day)
            rows = [row for part in parts for row in adapter.read(api, SHOP, part)]

            assert rows == list(adapter.read(api, SHOP, day))
            assert [row.entity_id for row in rows] == ["314", "315"]

    def test_is_never_added_and_has_no_sums_of_its_own(self, peer, owner):
        adapter = get_adapter("youtube_ads")
        with connected("youtube_ads", peer, owner.organization_id) as youtube:
            api = open_api(youtube, clock=Clock())
            assert list(adapter.read_totals(api, SHOP, wanted("campaign"))) == []

        assert adapter.spec.role == Role.AGGREGATOR
        assert "account" not in {stream.level for stream in adapter.spec.streams}

    def test_spends_the_quota_of_google_ads(self, peer, owner):
        body = [failure(429, "quotaError", "RESOURCE_EXHAUSTED", "Too many.")]
        peer.faults.append(lambda _: Reply(body, 429))
        for platform in ("google_ads", "youtube_ads"):
            with (
                connected(platform, peer, owner.organization_id) as connection,
                pytest.raises(ThrottledError),
            ):
                read(connection, "campaign")

        assert len(peer.ledger) == 1
