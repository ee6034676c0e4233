"""Platforms are asked to push, and asked again once they stopped."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
import pytest
from rest_framework.test import APIClient

from apps.integrations.calling.models import RawAnswer
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.shopify.subscribing import TOPICS
from apps.integrations.webhooks.models import WebhookSubscription
from apps.integrations.webhooks.operations import (
    SubscribeWebhooks,
    check_subscriptions,
    handle_deliveries,
    subscribe,
)
from deploy.sandbox.shopify import ShopifyPeer
from omnify.context import Principal, acting_as
from omnify.jobs.models import Job
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.apps.integrations.webhooks import signing
from tests.factories.auth import make_member, make_organization
from tests.peers.stripe import StripePeer

pytestmark = pytest.mark.django_db
PUBLIC = "https://brain.example"
NOW = datetime.now(UTC)
#: A key that the peer of Stripe takes.
KEY = "rk_live_1"


@pytest.fixture(autouse=True)
def reachable(settings):
    settings.PUBLIC_URLS = {"integrations": PUBLIC}


@pytest.fixture
def browser():
    return Browser(make_member(make_organization(), "owner").client)


@pytest.fixture
def shopify(settings):
    with ShopifyPeer() as peer:
        settings.PLATFORMS = {"shopify": peer.settings}
        yield peer


@pytest.fixture
def stripe(settings):
    with StripePeer(NOW) as peer:
        peer.access[KEY] = float("inf")
        settings.PLATFORMS = {"stripe": peer.settings}
        yield peer


def connect_shop(browser):
    path = "/api/integrations/shopify/oauth"
    sent = consent(browser.leave(f"{path}/authorize", shop="northwind-sample"))
    assert browser.come_back(sent, path=f"{path}/callback").status_code == 200
    return Connection.unscoped.get()


def connect_key(browser):
    body = {"api_key": KEY}
    answer = browser.client.post("/api/integrations/stripe/connect", body, format="json")
    assert answer.status_code == 201, answer.json()
    return Connection.unscoped.get()


def work():
    """Do what the jobs do that were requested, each for its connection; returns how many."""
    jobs = Job.objects.filter(kind="integrations.subscribe_webhooks", state="queued")
    for job in jobs:
        with acting_as(Principal(organization_id=job.organization_id)):
            subscribe(msgspec.json.decode(job.input, type=SubscribeWebhooks).connection_id, NOW)
    return jobs.delete()[0]


def look_daily():
    """Let the daily job happen, and those that it asks for; returns how many."""
    check_subscriptions()
    return work()


def deliver(url, headers, body):
    assert url.startswith(PUBLIC)
    path = urlsplit(url).path
    sent = {"content_type": "application/json", "headers": headers}
    return APIClient().post(path, body, **sent).status_code


class TestShopify:
    def test_pushes_once_it_is_connected(self, shopify, browser):
        shop = connect_shop(browser)
        assert work() == 1

        assert [each.topic for each in shopify.subscriptions.all] == list(TOPICS)
        [address] = {each.uri for each in shopify.subscriptions.all}
        assert address == f"{PUBLIC}/api/webhooks/shopify"
        shopify.subscriptions.push("ORDERS_UPDATED", {"id": 1}, deliver)
        with acting_as(Principal(organization_id=shop.organization_id)):
            assert handle_deliveries(shop.id, NOW) == 1
        shop.refresh_from_db()
        assert shop.next_sync_at is not None

    def test_is_asked_again_for_what_it_deleted_after_failures(self, shopify, browser):
        connect_shop(browser)
        assert work() == 1
        for number in range(8):
            assert len(shopify.subscriptions.all) == 4, number
            shopify.subscriptions.push("REFUNDS_CREATE", {"id": 1}, lambda *_: 500)
        kept = [each.id for each in shopify.subscriptions.all]
        assert len(kept) == 3

        assert look_daily() == 1

        assert {each.topic for each in shopify.subscriptions.all} == set(TOPICS)
        assert [each.id for each in shopify.subscriptions.all][:3] == kept
        ids = {each.id for each in shopify.subscriptions.all}
        assert set(WebhookSubscription.unscoped.get().external_ids) == ids

    def test_pushes_no_more_once_it_is_disconnected(self, shopify, browser):
        connect_shop(browser)
        assert work() == 1

        answer = browser.client.post("/api/integrations/shopify/oauth/disconnect")

        assert answer.status_code == 200
        assert shopify.subscriptions.all == []
        assert look_daily() == 0

    def test_is_not_asked_where_it_could_not_reach_us(self, shopify, browser, settings):
        settings.PUBLIC_URLS = {"integrations": "http://localhost:8000"}

        connect_shop(browser)

        assert not Job.objects.filter(kind="integrations.subscribe_webhooks").exists()

    def test_that_is_away_hinders_nothing(self, shopify, browser):
        shop = connect_shop(browser)
        shopify.is_installed = False
        with acting_as(Principal(organization_id=shop.organization_id)):
            assert subscribe(shop.id, NOW) is False

        assert not WebhookSubscription.unscoped.exists()


class TestStripe:
    def push(self, peer, connection, secret):
        text, headers = signing.stripe(at=datetime.now(UTC), secret=secret)
        return deliver(f"{PUBLIC}/api/webhooks/stripe/{connection.id}", headers, text.encode())

    def test_pushes_to_a_key_with_a_secret_of_its_own(self, stripe, browser):
        made = connect_key(browser)
        assert work() == 1

        [endpoint] = stripe.endpoints.values()
        assert endpoint["url"] == f"{PUBLIC}/api/webhooks/stripe/{made.id}"
        assert self.push(stripe, made, endpoint["secret"]) == 200
        assert self.push(stripe, made, stripe.client_secret) == 401
        row = WebhookSubscription.unscoped.get()
        kept = str([*WebhookSubscription.unscoped.values(), *RawAnswer.unscoped.values()])
        assert endpoint["secret"] not in kept
        assert row.secret_encrypted

    def test_does_not_prove_what_another_connection_is_pushed(self, stripe, browser):
        first = connect_key(browser)
        assert work() == 1
        [endpoint] = stripe.endpoints.values()
        first.id = "01890000-0000-7000-8000-000000000000"

        assert self.push(stripe, first, endpoint["secret"]) == 401

    def test_goes_on_with_the_same_endpoint(self, stripe, browser):
        connect_key(browser)
        assert work() == 1
        [endpoint] = stripe.endpoints.values()
        endpoint["status"] = "disabled"

        look_daily()

        assert list(stripe.endpoints.values()) == [endpoint]
        assert endpoint["status"] == "enabled"

    def test_gets_a_new_endpoint_for_one_that_is_gone_or_whose_secret_was_lost(
        self, stripe, browser
    ):
        made = connect_key(browser)
        assert work() == 1
        [first] = stripe.endpoints
        del stripe.endpoints[first]
        look_daily()
        [second] = stripe.endpoints
        WebhookSubscription.unscoped.all().delete()
        look_daily()

        [third] = stripe.endpoints
        assert len({first, second, third}) == 3
        assert self.push(stripe, made, stripe.endpoints[third]["secret"]) == 200

    def test_that_lets_a_key_not_change_endpoints_is_read_by_its_rhythm(self, stripe, browser):
        stripe.may_push = False

        connect_key(browser)
        assert work() == 1

        assert not WebhookSubscription.unscoped.exists()
        status = browser.client.get("/api/integrations/stripe/status").json()
        assert (status["is_connected"], status["state"]) == (True, "connecting")

    def test_is_not_asked_by_an_app_which_is_told_of_all_accounts(self, stripe, browser):
        path = "/api/integrations/stripe/oauth"
        sent = consent(browser.leave(f"{path}/authorize"))
        browser.come_back(sent, path=f"{path}/callback")
        assert work() == 1

        assert stripe.endpoints == {}

    def test_deletes_the_endpoint_once_it_is_disconnected(self, stripe, browser):
        connect_key(browser)
        assert work() == 1

        assert browser.client.post("/api/integrations/stripe/oauth/disconnect").status_code == 200
        assert stripe.endpoints == {}
