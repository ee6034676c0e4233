"""What Klaviyo is asked and what its peer answers, against the vendor's own library."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import NamedTuple

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.klaviyo import lookups
from apps.integrations.platforms.lookups import Wanted
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Slice
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.klaviyo import KlaviyoPeer

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
TODAY = datetime.now(UTC).date()
CAMPAIGNS = "/api/campaigns"
#: Of these the peer shows a part of what there is.
LISTS = (CAMPAIGNS, "/api/flows", "/api/metrics")
#: The library's modules that have what is asked.
AREAS = ("accounts", "campaigns", "flows", "metrics", "reporting")


class KeepingPeer(KlaviyoPeer):
    """A peer that keeps what it was asked with its answer."""

    def __init__(self):
        super().__init__(TODAY)
        self.answered = []

    def answer(self, asked):
        reply = super().answer(asked)
        self.answered.append((asked, reply))
        return reply


@pytest.fixture
def answered(owner):
    """All that the adapter and the lookups ask, with the answers."""
    adapter = get_adapter("klaviyo")
    with (
        KeepingPeer() as peer,
        connected("klaviyo", peer, owner.organization_id) as connection,
    ):
        api = open_api(connection, clock=Clock())
        [account] = adapter.list_accounts(api)
        wanted = Slice("metrics", "campaign", TODAY - timedelta(days=20), TODAY)
        assert list(adapter.read(api, account, wanted))
        page = Wanted(first=TODAY, last=TODAY, limit=5, channel="email")
        following = lookups.list_campaigns(api, page).next
        lookups.list_campaigns(api, Wanted(TODAY, TODAY, 5, after=following, channel="email"))
        assert lookups.list_flows(api, page).results
    return [each for each in peer.answered if each[0].path.startswith("/api/")]


class Operation(NamedTuple):
    """What the library knows of a request: its parameters, and its body's and answer's classes."""

    names: set
    body: str
    answer: str
    text: str


@pytest.fixture(scope="module")
def operations():
    """What the library can ask, by method and path."""
    found = {}
    for area in AREAS:
        text = inspect.getsource(import_module(f"openapi_client.api.{area}_api"))
        for name in re.findall(r"^    def _(\w+)_serialize\(", text, re.MULTILINE):
            sends = _cut(text, rf"    def _{name}_serialize\(", "\n    @validate_call")
            takes = _cut(text, rf"    def {name}\(", "frame = inspect")
            body = re.search(r"^        \w+: (\w+DTO),$", takes, re.MULTILINE)
            answer = re.search(r"'200': \"(\w+)\"", takes)
            [path] = re.findall(r"resource_path='([^']+)'", sends)
            [method] = re.findall(r"method='(\w+)'", sends)
            found[method, path] = Operation(
                set(re.findall(r"_query_params\.append\(\('([^']+)'", sends)),
                body[1] if body else "",
                answer[1] if answer else "",
                takes,
            )
    return found


def _cut(text, start, end):
    begins = re.search(start, text).start()
    ends = text.find(end, begins)
    return text[begins : ends if ends > 0 else None]


def model(name):
    return getattr(import_module("openapi_client.models"), name)


class TestRequests:
    def test_are_of_paths_and_parameters_that_there_are(self, answered, operations):
        asked_of = set()
        for asked, _ in answered:
            asked_of.add(asked.path)
            assert set(asked.query) <= operations[asked.method, asked.path].names, asked.path

        assert asked_of == {
            "/api/accounts",
            "/api/campaigns",
            "/api/campaign-values-reports",
            "/api/flow-series-reports",
            "/api/flows",
            "/api/metrics",
        }

    def test_are_of_the_library_s_revision_but_for_lists_of_campaigns(self, answered, operations):
        wrapper = inspect.getsource(import_module("klaviyo_api.wrapper"))
        [revision] = re.findall(r'_REVISION = "(.*)"', wrapper)
        others = {asked.headers["revision"] for asked, _ in answered if asked.path != CAMPAIGNS}

        assert others == {revision}
        # It would know campaigns of no channel; an older one is asked for them.
        assert "messages.channel" not in operations["GET", CAMPAIGNS].text
        older = {asked.headers["revision"] for asked, _ in answered if asked.path == CAMPAIGNS}
        assert max(older) < revision

    def test_have_bodies_that_the_library_takes(self, answered, operations):
        bodies = [
            model(operations[asked.method, asked.path].body).from_dict(asked.json)
            for asked, _ in answered
            if asked.method == "POST"
        ]

        assert len(bodies) >= 2
        assert all(each.data.attributes.conversion_metric_id for each in bodies)

    def test_name_attributes_that_there_are(self, answered):
        [fields] = {
            asked.query["fields[metric]"] for asked, _ in answered if asked.path == "/api/metrics"
        }

        assert set(fields.split(",")) <= attributes_of("Metric")


class TestAnswers:
    def test_of_the_peer_are_read_by_the_library(self, answered, operations):
        read = [
            model(operations[asked.method, asked.path].answer).from_dict(reply.body)
            for asked, reply in answered
            if asked.path not in LISTS
        ]

        assert len(read) >= 3

    @pytest.mark.parametrize("kind", ["Flow", "Metric"])
    def test_of_lists_have_attributes_that_there_are(self, answered, kind):
        path = f"/api/{kind.lower()}s"
        rows = [
            row for asked, reply in answered if asked.path == path for row in reply.body["data"]
        ]

        assert rows
        assert {name for row in rows for name in row["attributes"]} <= attributes_of(kind)


def attributes_of(kind):
    """Return the names of a resource's attributes."""
    found = model(f"{kind}ResponseObjectResourceAttributes")
    return {field.alias or name for name, field in found.model_fields.items()}
