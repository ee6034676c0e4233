"""What Google Ads is asked and what its peer answers, against the vendor's own messages."""

import json
import re
from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.actions import (
    AD,
    AD_GROUP,
    CAMPAIGN,
    PAUSE,
    SET_BUDGET,
    Change,
    Target,
)
from apps.integrations.platforms.google_ads import reports
from apps.integrations.platforms.registry import ACTORS, get_adapter
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.google_ads import GoogleAdsPeer, failure
from tests.apps.integrations.platforms.connected import connected

# Libraries warn of versions of Python that will end.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 7)
#: Google's services, with the modules and messages that have their requests.
SERVICES = {
    "campaignBudgets": ("campaign_budget_service", "MutateCampaignBudgetsRequest"),
    "campaigns": ("campaign_service", "MutateCampaignsRequest"),
    "adGroups": ("ad_group_service", "MutateAdGroupsRequest"),
    "adGroupAds": ("ad_group_ad_service", "MutateAdGroupAdsRequest"),
}
OK = 200
FIELD = re.compile(r"\b[a-z_]+(?:\.[a-z_]+)+")
PLATFORMS = ("google_ads", "youtube_ads")


class KeepingPeer(GoogleAdsPeer):
    """A peer that keeps what it answered."""

    def __init__(self):
        super().__init__()
        self.now = lambda: datetime(2026, 11, 25, 12, tzinfo=UTC)
        self.answered, self.mutated = [], []

    def answer(self, asked):
        reply = super().answer(asked)
        if asked.path.endswith(":mutate"):
            assert reply.status == OK, reply.body
            service = asked.path.rpartition("/")[2].partition(":")[0]
            self.mutated.append((service, asked.json))
        if "searchStream" in asked.path and reply.status == OK:
            reply.body = b"".join(reply.body)
            self.answered.append((asked.json["query"], json.loads(reply.body)))
        return reply


@pytest.fixture
def asked(owner):
    """All queries that both platforms ask, with what is answered."""
    found = []
    for platform in PLATFORMS:
        with (
            KeepingPeer() as peer,
            connected(platform, peer, owner.organization_id) as connection,
        ):
            ask_all(get_adapter(platform), open_api(connection))
            found += peer.answered
    return found


def ask_all(adapter, api):
    accounts = list(adapter.list_accounts(api))
    adapter.identify(api)
    for stream in adapter.spec.streams:
        for measure in ("", "all_conversions"):
            wanted = Slice("metrics", stream.level, FIRST, LAST, measure=measure)
            account = next(each for each in accounts if each.is_active)
            assert list(adapter.read(api, account, wanted))
            list(adapter.read_totals(api, account, wanted))
        for part in adapter.split(api, account, wanted):
            list(adapter.read(api, account, part))


@pytest.fixture
def changed(owner):
    """All changes that Google is asked to make, with the queries before them."""
    with (
        KeepingPeer() as peer,
        connected("google_ads", peer, owner.organization_id) as connection,
    ):
        api, adapter = open_api(connection), get_adapter("google_ads")
        account = next(each for each in adapter.list_accounts(api) if each.is_active)
        [campaign, *_] = read(adapter, api, account, "campaign")
        [ad, *_] = read(adapter, api, account, "ad")
        peer.answered.clear()
        targets = {
            CAMPAIGN: campaign.entity_id,
            AD_GROUP: ad.entity_id.partition("~")[0],
            AD: ad.entity_id,
        }
        for level, name in targets.items():
            change_all(api, account, Target(level=level, id=name))
        return peer.mutated, [query for query, _ in peer.answered]


def read(adapter, api, account, level):
    return adapter.read(api, account, Slice("metrics", level, FIRST, LAST))


def change_all(api, account, target):
    """Pause a target and, where it has a budget, set that."""
    actor = ACTORS["google_ads"]
    found = actor.find(api, [account], target)
    changes = [Change(action=PAUSE)]
    if found.state.budget_micros:
        changes.append(Change(action=SET_BUDGET, budget_micros=found.state.budget_micros))
    for change in changes:
        actor.validate(api, found, change)
        actor.apply(api, found, change)


def load(part):
    version = get_adapter("google_ads").spec.api_version
    return import_module(f"google.ads.googleads.{version}.{part}")


@pytest.fixture
def row():
    """The vendor's description of a row."""
    return load("services.types.google_ads_service").GoogleAdsRow.pb().DESCRIPTOR


def find_field(descriptor, path):
    """Return the description of a field by its path; None where there is none."""
    for name in path.split("."):
        field = descriptor.fields_by_name.get(name) if descriptor else None
        if field is None:
            return None
        descriptor = field.message_type
    return field


class TestQueries:
    def test_name_fields_that_there_are(self, asked, row):
        queries = {query for query, _ in asked}
        named = {name for query in queries for name in FIELD.findall(query)}
        resources = {re.search(r" FROM (\w+)", query)[1] for query in queries}

        assert {"metrics.cost_micros", "ad_group_ad.ad.id", "customer_client.status"} <= named
        assert [name for name in sorted(named | resources) if find_field(row, name) is None] == []
        assert find_field(row, "metrics.cost") is None

    def test_name_values_that_there_are(self, asked):
        enum = load("enums").AdvertisingChannelTypeEnum.AdvertisingChannelType
        known = {each.name for each in enum}
        lists = (re.findall(r"channel_type IN \(([^)]*)\)", query) for query, _ in asked)
        named = {each for found in lists for each in re.findall(r"\w+", " ".join(found))}

        assert named == {"VIDEO", "DEMAND_GEN"}
        assert named | set(reports._CHANNELS) <= known


class TestChanges:
    def test_are_the_vendors_messages(self, changed):
        from google.protobuf import json_format

        mutated, _ = changed
        assert {service for service, _ in mutated} == set(SERVICES)
        for service, body in mutated:
            module, name = SERVICES[service]
            kind = getattr(load(f"services.types.{module}"), name)
            [operation] = json_format.ParseDict(body, kind.pb()()).operations
            [masked] = operation.update_mask.paths
            assert masked in operation.update.DESCRIPTOR.fields_by_name

    def test_follow_queries_of_fields_that_there_are(self, changed, row):
        _, queries = changed
        named = {name for query in queries for name in FIELD.findall(query)}

        assert "campaign_budget.explicitly_shared" in named
        assert [name for name in sorted(named) if find_field(row, name) is None] == []


class TestAnswers:
    def test_of_the_peer_are_the_vendors_messages(self, asked):
        from google.protobuf import json_format

        kind = load("services.types.google_ads_service").SearchGoogleAdsStreamResponse
        batches = [batch for _, answer in asked for batch in answer]

        read = [json_format.ParseDict(batch, kind.pb()()) for batch in batches]
        assert sum(len(each.results) for each in read) > 100

    def test_that_refuse_are_the_vendors_messages(self):
        from google.protobuf import json_format

        quota = {"rateScope": "ACCOUNT", "rateName": "requests", "retryDelay": "30s"}
        told = failure(429, "quotaError", "RESOURCE_EXHAUSTED", "Too many.", quota)
        [detail] = told["error"]["details"]
        kind = load("errors.types.errors").GoogleAdsFailure
        own = {name: value for name, value in detail.items() if name != "@type"}

        [error] = json_format.ParseDict(own, kind.pb()()).errors
        assert error.details.quota_error_details.retry_delay.seconds == 30
        assert detail["@type"].endswith(kind.pb().DESCRIPTOR.full_name)
