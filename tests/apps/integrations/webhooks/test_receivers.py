"""A delivery counts only where the vendor's own signature proves it, and only now."""

import json

import pytest

from apps.integrations.platforms.deliveries import (
    Delivery,
    DeliveryRefusedError,
    Kind,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.registry import RECEIVERS
from tests.apps.integrations.webhooks.signing import (
    FAR,
    NOW,
    PUBLIC_KEY,
    SECRET,
    SIGNERS,
    STAMPED,
    URL,
    digest_of,
    shopify,
)


def delivery_of(text, headers):
    lowered = {name.lower(): value for name, value in headers.items()}
    return Delivery("POST", URL, lowered, text.encode(), NOW)


def secrets_of(platform, *others):
    return (*others, PUBLIC_KEY if platform == "gohighlevel" else SECRET)


def _is_signature(header):
    return any(part in header.lower() for part in ("sign", "hmac"))


@pytest.mark.parametrize("platform", SIGNERS)
class TestEveryReceiver:
    def test_takes_what_the_platform_signed(self, platform):
        delivery = delivery_of(*SIGNERS[platform]())

        RECEIVERS[platform].verify(delivery, secrets_of(platform))
        assert [notice.id for notice in RECEIVERS[platform].read(delivery)]

    def test_takes_another_secret_of_a_rotation(self, platform):
        delivery = delivery_of(*SIGNERS[platform]())

        RECEIVERS[platform].verify(delivery, secrets_of(platform, "former"))

    def test_refuses_another_body(self, platform):
        text, headers = SIGNERS[platform]()
        delivery = delivery_of(text.replace("1", "2") + " ", headers)

        with pytest.raises(DeliveryRefusedError):
            RECEIVERS[platform].verify(delivery, secrets_of(platform))

    def test_refuses_another_secret(self, platform):
        delivery = delivery_of(*SIGNERS[platform](secret="another"))

        with pytest.raises(DeliveryRefusedError):
            RECEIVERS[platform].verify(delivery, secrets_of(platform))

    @pytest.mark.parametrize("secrets", [(), ("",)])
    def test_refuses_all_without_a_secret(self, platform, secrets):
        delivery = delivery_of(*SIGNERS[platform](secret=""))

        with pytest.raises(DeliveryRefusedError):
            RECEIVERS[platform].verify(delivery, secrets)

    @pytest.mark.parametrize("value", [None, "", "=", "t=,v1=,s=", "é", "sha256=zz"])
    def test_refuses_headers_that_say_nothing(self, platform, value):
        text, headers = SIGNERS[platform]()
        signatures = {
            name: value for name in headers if "sign" in name.lower() or "hmac" in name.lower()
        }
        kept = {**headers, **signatures}
        delivery = delivery_of(text, {key: each for key, each in kept.items() if each is not None})

        with pytest.raises(DeliveryRefusedError):
            RECEIVERS[platform].verify(delivery, secrets_of(platform))

    def test_reads_no_body_that_is_not_as_documented(self, platform):
        for body in (b"", b"[1", b'{"data": 3, "id": 4}', b'"text"', b"\xff"):
            delivery = Delivery("POST", URL, {"x-shopify-topic": "orders/paid"}, body, NOW)
            try:
                list(RECEIVERS[platform].read(delivery))
            except UnreadableDeliveryError:
                continue
            # What is kept without being read has no wrong body.
            assert platform in ("linkedin_ads", "tiktok_ads")


@pytest.mark.parametrize("platform", STAMPED)
class TestStamps:
    @pytest.mark.parametrize("distance", [FAR, -FAR])
    def test_are_of_five_minutes_in_both_directions(self, platform, distance):
        delivery = delivery_of(*SIGNERS[platform](at=NOW + distance))

        with pytest.raises(DeliveryRefusedError, match="not of now"):
            RECEIVERS[platform].verify(delivery, secrets_of(platform))


class TestShopify:
    @pytest.mark.parametrize(
        ("topic", "kind"),
        [
            ("orders/updated", Kind.CHANGED),
            ("refunds/create", Kind.CHANGED),
            ("customers/redact", Kind.ERASE_PERSON),
            ("customers/data_request", Kind.OTHER),
            ("shop/redact", Kind.ERASE_ACCOUNT),
            ("app/uninstalled", Kind.ENDED),
            ("themes/publish", Kind.OTHER),
        ],
    )
    def test_topics_say_what_follows(self, topic, kind):
        [notice] = RECEIVERS["shopify"].read(delivery_of(*shopify(topic=topic)))

        assert (notice.kind, notice.account) == (kind, "acme.myshopify.com")

    def test_a_privacy_topic_may_name_its_shop_in_the_body_alone(self):
        body = {"shop_domain": "acme.myshopify.com", "customer": {"id": 9, "email": "a@b.example"}}
        text, headers = shopify(body, topic="customers/redact")
        del headers["X-Shopify-Shop-Domain"]

        [notice] = RECEIVERS["shopify"].read(delivery_of(text, headers))

        assert (notice.account, notice.persons) == ("acme.myshopify.com", ("a@b.example", "9"))


class TestChallenges:
    def test_of_meta_need_the_deployments_word(self):
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}
        answer = RECEIVERS["meta_ads"].answer_challenge

        assert answer(query, "ours", ()) == "1158201444"
        assert answer(query, "other", ()) is None
        assert answer({**query, "hub.verify_token": ""}, "", ()) is None

    def test_of_linkedin_are_signed(self):
        code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
        answer = RECEIVERS["linkedin_ads"].answer_challenge({"challengeCode": code}, "", (SECRET,))

        response = digest_of(code).hexdigest()
        assert json.loads(answer) == {"challengeCode": code, "challengeResponse": response}

    def test_of_linkedin_sign_no_delivery_of_somebodys_choice(self):
        forged = {"challengeCode": 'hmacsha256={"type": "LEAD_ACTION"}'}

        assert RECEIVERS["linkedin_ads"].answer_challenge(forged, "", (SECRET,)) is None

    def test_of_tiktok_come_back_unless_they_are_pages(self):
        answer = RECEIVERS["tiktok_ads"].answer_challenge

        assert answer({"challenge": "abc-1"}, "", ()) == "abc-1"
        assert answer({"challenge": "<script>"}, "", ()) is None
        assert answer({}, "", ()) is None
