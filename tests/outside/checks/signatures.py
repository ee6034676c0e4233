"""Webhook signatures, against the libraries of Stripe and HubSpot: theirs by ours, and back."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from apps.integrations.platforms.deliveries import Delivery, DeliveryRefusedError
from apps.integrations.platforms.registry import RECEIVERS
from tests.apps.integrations.webhooks import signing

URL = signing.URL
FAR = timedelta(seconds=400)
BODIES = (
    "{}",
    json.dumps({"name": "Käse \u2603", "amount": 1.5}),
    json.dumps({"x": "y" * 100_000}),
)


def stripe_signs(text, at):
    from stripe import WebhookSignature

    stamp = int(at.timestamp())
    header = WebhookSignature.generate_signature_header(text, signing.SECRET, timestamp=stamp)
    return {"Stripe-Signature": header}


def stripe_verifies(text, headers):
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        signature = headers["Stripe-Signature"]
        return WebhookSignature.verify_header(text, signature, signing.SECRET, 300)
    except SignatureVerificationError:
        return False


def hubspot_signs(text, at):
    from hubspot.utils.signature import Signature

    stamp = str(int(at.timestamp() * 1000))
    signature = Signature.get_signature(
        client_secret=signing.SECRET,
        request_body=text,
        http_uri=URL,
        signature_version="v3",
        timestamp=stamp,
    )
    return {"X-HubSpot-Request-Timestamp": stamp, "X-HubSpot-Signature-v3": signature}


def hubspot_verifies(text, headers):
    from hubspot.exceptions import InvalidSignatureTimestampError
    from hubspot.utils.signature import Signature

    try:
        return Signature.is_valid(
            signature=headers["X-HubSpot-Signature-v3"],
            client_secret=signing.SECRET,
            request_body=text,
            http_uri=URL,
            signature_version="v3",
            timestamp=headers["X-HubSpot-Request-Timestamp"],
        )
    except InvalidSignatureTimestampError:
        return False


def we_verify(platform, text, headers, at, secret=signing.SECRET):
    delivery = Delivery(
        method="POST",
        url=URL,
        headers={name.lower(): value for name, value in headers.items()},
        body=text.encode(),
        at=at,
    )
    try:
        RECEIVERS[platform].verify(delivery, (secret,))
    except DeliveryRefusedError:
        return False
    return True


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(params=["stripe", "hubspot"])
def platform(request):
    return request.param


def own(name):
    return getattr(sys.modules[__name__], name)


class TestTheirs:
    @pytest.mark.parametrize("text", BODIES, ids=len)
    def test_are_verified_by_ours(self, platform, text, now):
        headers = own(f"{platform}_signs")(text, now)

        assert we_verify(platform, text, headers, now)
        assert not we_verify(platform, text + " ", headers, now)
        assert not we_verify(platform, text, headers, now, "another secret")

    @pytest.mark.parametrize("away", [-FAR, FAR])
    def test_of_another_time_are_refused_by_ours(self, platform, away, now):
        headers = own(f"{platform}_signs")(BODIES[0], now + away)

        assert not we_verify(platform, BODIES[0], headers, now)

    def test_of_the_future_are_taken_by_theirs_alone(self, platform, now):
        headers = own(f"{platform}_signs")(BODIES[0], now + FAR)

        assert own(f"{platform}_verifies")(BODIES[0], headers)


class TestOurs:
    def test_are_verified_by_theirs(self, platform, now):
        text, headers = getattr(signing, platform)(at=now)

        assert own(f"{platform}_verifies")(text, headers)
        assert not own(f"{platform}_verifies")(text + " ", headers)
