"""What platforms push is kept once, for whom it is of, and carried out by a job."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.authorizing.models import Credential
from apps.integrations.calling.models import RawAnswer
from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import State, find_state
from apps.integrations.customers.operations import get_hasher
from apps.integrations.orders.models import Order
from apps.integrations.platforms.specs import Configuration
from apps.integrations.webhooks.models import WebhookDelivery
from apps.integrations.webhooks.operations import (
    forget_deliveries,
    handle_deliveries,
    handling,
    receiving,
)
from omnify.context import Principal, acting_as
from omnify.encryption import encrypt_text
from omnify.events.models import Outbox
from omnify.jobs.looks import look
from omnify.jobs.models import Job
from tests.apps.integrations.webhooks import signing
from tests.apps.integrations.webhooks.signing import NOW, SECRET, shopify, stripe
from tests.factories.integrations import make_connection, make_synced
from tests.world import run_jobs

pytestmark = pytest.mark.django_db
SHOP = "acme.myshopify.com"
PERSON = "ada@example.com"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    def configuration_of(platform):
        return Configuration(
            *(platform, "app", SECRET, "", "", "", "1", None, ()), webhook_verify_token="ours"
        )

    monkeypatch.setattr(receiving, "get_configuration", configuration_of)


@pytest.fixture
def shop(make_principal):
    return make_shop(make_principal().organization_id)


def make_shop(organization_id, **fields):
    fields = {"platform": "shopify", "external_id": SHOP, **fields}
    return make_connection(organization_id, **fields)


def push(signed, platform="shopify", *, path=""):
    text, headers = signed
    return APIClient().post(
        f"/api/webhooks/{platform}{path}",
        text.encode(),
        content_type="application/json",
        headers=headers,
    )


def handle(*rows):
    """What the jobs of some connections do."""
    for row in rows:
        with acting_as(Principal(organization_id=row.organization_id)):
            handle_deliveries(row.id, NOW)


def jobs():
    return [row for row in Job.objects.all() if row.kind == "integrations.handle_deliveries"]


def refreshed(row):
    return type(row)._base_manager.get(pk=row.pk)


def events_of(topic):
    rows = Outbox.objects.filter(topic=topic)
    return [json.loads(bytes(row.payload)) for row in rows]


class TestReceiving:
    @pytest.mark.django_db(transaction=True)
    def test_brings_the_next_sync_forward(self, shop):
        answer = push(shopify())

        assert (answer.status_code, answer.json()) == (200, {"kept": 1})
        run_jobs("integrations")
        assert refreshed(shop).next_sync_at == NOW
        assert WebhookDelivery.objects.get().handled_at == NOW

    def test_keeps_a_repetition_once(self, shop):
        assert push(shopify()).json() == {"kept": 1}
        look(["integrations"])
        assert push(shopify()).json() == {"kept": 0}
        look(["integrations"])

        assert WebhookDelivery.objects.count() == 1
        assert len(events_of("integrations.webhook.received")) == 1

    def test_of_a_burst_is_one_job_and_one_event_of_each_topic(self, shop, make_principal):
        other = make_shop(make_principal().organization_id, external_id="b.myshopify.com")
        text, headers = shopify(event="of another")
        push((text, {**headers, "X-Shopify-Shop-Domain": other.external_id}))
        for number in range(3):
            push(shopify(event=f"e{number}"))
        push(shopify(topic="themes/publish", event="other"))

        look(["integrations"])
        look(["integrations"])

        assert {row.key for row in jobs()} == {str(shop.id), str(other.id)}
        told = events_of("integrations.webhook.received")
        assert {(each["connection_id"], each["about"]): each["count"] for each in told} == {
            (str(shop.id), "orders/updated"): 3,
            (str(shop.id), "themes/publish"): 1,
            (str(other.id), "orders/updated"): 1,
        }

    def test_is_seen_by_the_next_look_if_one_dies(self, shop, monkeypatch):
        push(shopify())
        with monkeypatch.context() as dying:
            dying.setattr(handling, "publish", Mock(side_effect=MemoryError))
            look(["integrations"])
        assert jobs() == []

        look(["integrations"])
        assert len(jobs()) == 1

    def test_requests_nothing_of_what_nothing_follows_from(self, shop):
        push(shopify(topic="themes/publish"))
        look(["integrations"])

        assert jobs() == []

    def test_keeps_what_no_connection_claims_once(self):
        assert push(shopify()).json() == {"kept": 1}
        assert push(shopify()).json() == {"kept": 0}

        look(["integrations"])
        assert WebhookDelivery.objects.get().connection is None
        assert jobs() == []

    def test_brings_it_to_each_organization_that_has_the_account(self, make_principal):
        shops = [make_shop(make_principal().organization_id) for _ in range(2)]
        other = make_shop(make_principal().organization_id, external_id="b.myshopify.com")

        assert push(shopify()).json() == {"kept": 2}
        handle(*shops, other)
        assert [refreshed(shop).next_sync_at for shop in (*shops, other)] == [NOW, NOW, None]

    def test_brings_it_to_the_login_by_which_the_account_is_read(self, make_principal):
        mine, other, gone = (
            make_synced(make_principal().organization_id, "shopify", **fields)
            for fields in ({}, {}, {"disconnected_at": NOW})
        )
        of_accounts = PlatformAccount.unscoped.filter(connection__in=(mine, other, gone))
        of_accounts.update(external_id=SHOP)
        PlatformAccount.unscoped.filter(connection=other).update(is_chosen=False)

        assert push(shopify()).json() == {"kept": 1}
        assert WebhookDelivery.objects.get().connection_id == mine.id

    def test_of_one_connection_reaches_that_one_alone(self, make_principal):
        mine, other = (
            make_connection(make_principal().organization_id, platform="stripe") for _ in range(2)
        )

        assert push(stripe(), "stripe", path=f"/{mine.id}").json() == {"kept": 1}
        handle(mine, other)
        assert [refreshed(row).next_sync_at for row in (mine, other)] == [NOW, None]

    def test_of_another_platforms_connection_is_of_none(self, shop):
        push(stripe(), "stripe", path=f"/{shop.id}")

        assert WebhookDelivery.objects.get().connection is None

    def test_keeps_each_event_of_a_delivery(self):
        signed = signing.klaviyo({"data": [{"external_id": "a"}, {"external_id": "b"}]})

        assert push(signed, "klaviyo").json() == {"kept": 2}

    def test_tells_the_other_services(self, shop):
        push(shopify())
        look(["integrations"])

        [told] = events_of("integrations.webhook.received")
        assert (told["connection_id"], told["about"]) == (str(shop.id), "orders/updated")

    def test_waits_for_a_paused_connection_to_go_on(self, make_principal):
        shop = make_shop(make_principal().organization_id, paused_at=NOW)
        push(shopify())
        handle(shop)

        assert refreshed(shop).next_sync_at is None


class TestRefusing:
    def test_keeps_nothing_that_is_not_proven(self, shop):
        answer = push(shopify(secret="guessed"))

        assert (answer.status_code, answer.json()["code"]) == (401, "webhook_refused")
        assert not WebhookDelivery.objects.exists()

    def test_says_what_is_not_as_documented(self):
        answer = push(stripe({"type": "charge.refunded"}), "stripe")

        assert (answer.status_code, answer.json()["code"]) == (422, "webhook_unreadable")

    @pytest.mark.parametrize("event", ["", "e" * 129])
    def test_keeps_no_event_whose_id_it_cannot_keep(self, event):
        answer = push(stripe(event=event), "stripe")

        assert answer.json()["code"] == "webhook_unreadable"

    def test_knows_no_other_platform(self):
        assert push(shopify(), "myspace").json()["code"] == "platform_not_found"

    def test_takes_no_body_above_two_megabytes(self):
        answer = push(shopify({"note": "x" * 2_100_000}))

        assert answer.status_code == 413

    def test_looks_at_no_token(self, shop):
        text, headers = shopify()

        assert push((text, {**headers, "Authorization": "Bearer wrong"})).status_code == 200


class TestChallenge:
    def test_is_answered_as_a_text(self):
        query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=ours"
        answer = APIClient().get(f"/api/webhooks/meta_ads?{query}")

        assert answer.content == b"42"
        assert answer["Content-Type"].startswith("text/plain")

    def test_of_nobody_is_refused(self):
        assert APIClient().get("/api/webhooks/meta_ads").status_code == 401
        assert APIClient().get(f"/api/webhooks/stripe/{uuid4()}").status_code == 401


class TestErasing:
    def test_lets_nothing_lead_to_the_person(self, shop):
        with acting_as(Principal(organization_id=shop.organization_id)):
            hasher = get_hasher()
            known, by_id, other = map(hasher.hash_customer, (PERSON, "207119551", "else@x.example"))
        elsewhere = make_connection(shop.organization_id)
        orders = [
            make_order(connection, key, customer)
            for connection, key, customer in (
                *((shop, "1", known), (shop, "2", by_id), (shop, "3", other)),
                (elsewhere, "4", known),
            )
        ]
        RawAnswer.unscoped.create(
            organization_id=shop.organization_id, connection=shop, status=200, body=PERSON
        )
        body = {"shop_domain": SHOP, "customer": {"id": 207119551, "email": PERSON.upper()}}
        push(shopify(body, topic="customers/redact"))
        handle(shop)

        assert [refreshed(order).customer for order in orders] == ["", "", other, ""]
        assert not RawAnswer.unscoped.exists()
        [told] = events_of("integrations.customers.erased")
        assert set(told["customers"]) == {known, by_id}

    def test_keeps_no_name_of_the_person_meanwhile(self, shop):
        body = {"shop_domain": SHOP, "customer": {"id": 1, "email": PERSON}}
        push(shopify(body, topic="customers/redact"))

        row = WebhookDelivery.objects.get()
        assert PERSON not in str(vars(row))
        assert len(row.customers) == 2

    def test_of_a_shop_removes_its_connection(self, shop):
        push(shopify({"shop_domain": SHOP}, topic="shop/redact"))
        handle(shop)

        assert not Connection.unscoped.filter(id=shop.id).exists()


class TestEnd:
    def test_of_the_app_asks_its_owner_again(self, shop):
        row = Credential(connection=shop, organization_id=shop.organization_id, refreshed_at=NOW)
        row.access_encrypted = encrypt_text("token", purpose=row.secret_purpose)
        row.save()
        push(shopify(topic="app/uninstalled"))
        handle(shop)

        row = Credential.unscoped.select_related("connection").get()
        assert find_state(row.connection) == State.REAUTHORISE
        assert len(events_of("integrations.connection.expired")) == 1


class TestForgetting:
    def test_deletes_what_is_a_month_old(self, shop):
        push(shopify())

        assert forget_deliveries(NOW + timedelta(days=30)) == 0
        assert forget_deliveries(NOW + timedelta(days=30, seconds=1)) == 1


def make_order(connection, key, customer):
    return Order.unscoped.create(
        organization_id=connection.organization_id,
        connection=connection,
        date=datetime(2026, 11, 1, tzinfo=UTC).date(),
        key=key,
        number=key,
        customer=customer,
        currency="EUR",
    )
