"""What Stripe is asked and what its peer answers, against Stripe's OpenAPI document."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache

import jsonschema
import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.registry import SUBSCRIBERS, get_adapter
from apps.integrations.platforms.rows import Slice
from apps.integrations.platforms.subscriptions import Subscription
from tests.apps.integrations.platforms.connected import connected
from tests.outside.fetching import FOLDER
from tests.peers.stripe import StripePeer

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)
ADDRESS = "https://brain.example/api/webhooks/stripe/1"
DAY = timedelta(days=1)


@cache
def read_document():
    return json.loads((FOLDER / "stripe.json").read_bytes())


class KeepingPeer(StripePeer):
    """A peer that keeps what it was asked with its answer."""

    def __init__(self):
        super().__init__(NOW)
        self.answered = []

    def answer(self, asked):
        reply = super().answer(asked)
        self.answered.append((asked, reply))
        return reply


@pytest.fixture
def peer():
    with KeepingPeer() as peer:
        name = peer.charge(NOW - 3 * DAY, 4000)
        for _ in range(12):
            peer.refund(name, NOW - DAY, 100)
        peer.charge(NOW - 2 * DAY, 900, "jpy", settled=520, customer="cus_1")
        peer.charge(NOW - 2 * DAY, 900, captured=False)
        old = peer.charge(NOW - 60 * DAY, 7000)
        peer.refund(old, NOW - 40 * DAY, 50, status="pending")
        yield peer


@pytest.fixture
def answered(peer, owner):
    """All that the adapter asks, with its answers."""
    adapter = get_adapter("stripe")
    with connected("stripe", peer, owner.organization_id) as connection:
        api = open_api(connection)
        [account] = adapter.list_accounts(api)
        today = NOW.date()
        for since in (None, NOW - 2 * DAY, NOW - 45 * DAY):
            wanted = Slice("orders", "", today - 5 * DAY, today, since=since)
            assert list(adapter.read(api, account, wanted))
        subscriber = SUBSCRIBERS["stripe"]
        made = subscriber.renew(api, ADDRESS, Subscription())
        peer.endpoints[made.ids[0]]["status"] = "disabled"
        subscriber.end(api, subscriber.renew(api, ADDRESS, made))
    return peer.answered


def find_operation(asked):
    """Return the vendor's description of what was asked; None where there is none."""
    for path, methods in read_document()["paths"].items():
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path)
        if re.fullmatch(pattern, asked.path) and asked.method.lower() in methods:
            return path, methods[asked.method.lower()]
    return None


def form_of(operation):
    """Return the schema of what is sent to an operation."""
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/x-www-form-urlencoded", {}).get("schema", {})


def find_problems(answer, schema):
    """Say what is not as a schema has it, at most a line for each place."""
    document = {"components": allow_null(read_document()["components"])}
    validator = jsonschema.Draft4Validator({**allow_null(schema), **document})
    for error in validator.iter_errors(answer):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def allow_null(schema):
    """Return a schema with ``null`` as the standard has it, not as OpenAPI 3.0 does."""
    if isinstance(schema, list):
        return [allow_null(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    own = {name: allow_null(each) for name, each in schema.items() if name != "nullable"}
    return {"anyOf": [own, {"type": "null"}]} if schema.get("nullable") is True else own


class TestRequests:
    def test_are_of_paths_and_parameters_that_there_are(self, answered):
        asked_paths = set()
        for asked, _ in answered:
            path, operation = find_operation(asked)
            asked_paths.add(path)
            known = {each["name"] for each in operation.get("parameters", [])}
            assert {name.partition("[")[0] for name in asked.query} <= known
            fields = {name.partition("[")[0] for name in asked.form}
            assert fields <= set(form_of(operation).get("properties", {}))
            assert set(form_of(operation).get("required", ())) <= fields

        assert asked_paths == {
            "/v1/account",
            "/v1/charges",
            "/v1/charges/{charge}",
            "/v1/events",
            "/v1/refunds",
            "/v1/webhook_endpoints",
            "/v1/webhook_endpoints/{webhook_endpoint}",
        }


class TestAnswers:
    def test_of_the_peer_are_as_documented(self, answered):
        problems = {
            f"{asked.path}: {problem}"
            for asked, reply in answered
            for problem in find_problems(reply.body, schema_of(asked))
        }

        assert "\n".join(sorted(problems)) == ""

    def test_that_are_not_are_seen(self, answered):
        asked, reply = next(each for each in answered if each[0].path == "/v1/refunds")
        wrong = {**reply.body, "data": [{**reply.body["data"][0], "amount": "1"}]}

        assert list(find_problems(wrong, schema_of(asked)))


def schema_of(asked):
    _, operation = find_operation(asked)
    return operation["responses"]["200"]["content"]["application/json"]["schema"]
