"""What HubSpot is searched for and what its peer answers, against the vendor's own library."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Slice
from tests.apps.integrations.platforms.connected import connected
from tests.peers.hubspot import HubSpotPeer

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


class KeepingPeer(HubSpotPeer):
    """A peer that keeps what it was searched for with its answer."""

    def __init__(self):
        super().__init__(NOW.date())
        self.answered = []

    def answer(self, asked):
        reply = super().answer(asked)
        if asked.path.endswith("/search"):
            self.answered.append((asked.json, reply.body))
        return reply


@pytest.fixture
def searched(owner):
    """All searches for deals, with their answers."""
    adapter = get_adapter("hubspot")
    with (
        KeepingPeer() as peer,
        connected("hubspot", peer, owner.organization_id) as connection,
    ):
        api = open_api(connection)
        [account] = adapter.list_accounts(api)
        last = NOW.date()
        for since in (None, NOW - timedelta(days=3)):
            wanted = Slice("orders", "", last - timedelta(days=9), last, since=since)
            assert list(adapter.read(api, account, wanted))
            list(adapter.read_totals(api, account, wanted))
    return peer.answered


def find_unknown(value, name):
    """Yield what the library's class of a name, or one in it, does not have."""
    kind = getattr(import_module("hubspot.crm.objects.models"), name)
    fields = {alias: kind.openapi_types[own] for own, alias in kind.attribute_map.items()}
    for key, each in value.items():
        if key not in fields:
            yield f"{name}.{key}"
            continue
        inner = fields[key].removeprefix("list[").removesuffix("]")
        if hasattr(import_module("hubspot.crm.objects.models"), inner) and each is not None:
            for one in each if isinstance(each, list) else [each]:
                yield from find_unknown(one, inner)


class TestSearches:
    def test_have_the_fields_that_there_are(self, searched):
        unknown = {
            each for body, _ in searched for each in find_unknown(body, "PublicObjectSearchRequest")
        }

        assert searched
        assert unknown == set()
        assert set(find_unknown({"filters": []}, "PublicObjectSearchRequest"))

    def test_use_operators_that_there_are(self, searched):
        kind = import_module("hubspot.crm.objects.models").Filter
        filters = [
            each
            for body, _ in searched
            for group in body["filterGroups"]
            for each in group["filters"]
        ]

        assert filters
        # The class refuses what it does not know.
        for each in filters:
            assert kind(operator=each["operator"], property_name=each["propertyName"])


class TestAnswers:
    def test_of_the_peer_have_the_fields_that_there_are(self, searched):
        name = "CollectionResponseWithTotalSimplePublicObjectForwardPaging"
        unknown = {each for _, body in searched for each in find_unknown(body, name)}

        assert unknown == set()
