"""Campaigns, ad groups and ads: as the platform called them last, told of when they change."""

from datetime import date

import msgspec
import pytest

from apps.integrations.authorizing.models import Credential
from apps.integrations.contract import EntitiesQuery, Integrations
from apps.integrations.metrics.models import Entity
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.operations import keeping
from omnify.events.models import Outbox
from omnify.exceptions import CursorInvalidError
from omnify.services import client_of
from tests.apps.integrations.platforms.remembered import days, metric

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture
def named(platform):
    """What the platform calls a campaign and its ad; a function of the day."""
    called = {"campaign": lambda _: "Autumn", "status": "ENABLED"}
    streams = tuple(StreamSpec(name="metrics", level=each) for each in ("campaign", "ad"))
    platform.spec = msgspec.structs.replace(platform.spec, streams=streams)
    platform.totals = lambda *_: None

    def rows(_, account, wanted):
        for day in days(wanted.first, wanted.last):
            facts = {"campaign_id": "c1", "campaign": called["campaign"](day)}
            facts |= {"status": called["status"], "channel_type": "SEARCH"}
            if wanted.level == "ad":
                facts |= {"ad": "Shoes", "ad_group_id": "g1", "ad_group": "Feet"}
            entity_id = {"campaign": "c1", "ad": "g1~a1"}[wanted.level]
            yield metric(account, wanted.level, day, 1, entity_id=entity_id, **facts)

    platform.rows = rows
    return called


def told():
    return Outbox.objects.filter(topic="integrations.entities.changed").count()


def pages(query):
    found = []
    while True:
        page = client_of(Integrations).entities(query)
        found += page.entities
        if not page.next:
            return found
        query = msgspec.structs.replace(query, after=page.next)


class TestEntities:
    def test_are_told_with_what_they_belong_to(self, syncs, named):
        syncs.run()

        found = {
            (each.level, each.id, each.parent_id, each.name, each.status)
            for each in pages(EntitiesQuery(limit=1))
        }
        assert found == {
            ("campaign", "c1", "", "Autumn", "ENABLED"),
            ("ad_group", "g1", "c1", "Feet", ""),
            ("ad", "g1~a1", "g1", "Shoes", "ENABLED"),
        }
        [campaign] = pages(EntitiesQuery(levels=("campaign",)))
        assert (campaign.account_id, campaign.channel_type) == ("a1", "SEARCH")
        assert campaign.last_date == TODAY

    def test_are_called_as_their_newest_day_says(self, syncs, named, monkeypatch):
        monkeypatch.setattr(keeping, "BATCH_ROWS", 5)
        named["campaign"] = lambda day: "Autumn" if day == TODAY else "Draft"
        syncs.run()

        assert Entity.objects.get(level="campaign").name == "Autumn"

    def test_are_told_of_when_they_are_called_otherwise_alone(self, syncs, named):
        syncs.run()
        first = told()
        syncs.wait(days=1)
        syncs.run()
        same = told()
        named["status"] = "PAUSED"
        syncs.run()

        assert (first, same, told()) == (2, 2, 4)
        assert Entity.objects.get(level="campaign").status == "PAUSED"

    def test_go_with_their_connection(self, syncs, named):
        syncs.run()
        before = told()
        # Its token is none that a platform takes back.
        Credential.objects.all().delete()
        assert syncs.client.delete(syncs.path).status_code == 204

        assert not Entity.objects.exists()
        assert told() == before + 1

    def test_refuse_a_cursor_of_no_page(self, syncs):
        with pytest.raises(CursorInvalidError):
            pages(EntitiesQuery(after="soon"))
