"""Deliveries as the vendors' documents have them signed; shares no code with the receivers."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = "secret-of-the-app"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
URL = "https://brain.example/api/webhooks/hubspot"
_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC_KEY = base64.b64encode(
    _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


def digest_of(text, secret=SECRET):
    data = text if isinstance(text, bytes) else text.encode()
    return hmac.new(secret.encode(), data, hashlib.sha256)


def base64_of(text, secret=SECRET):
    return base64.b64encode(digest_of(text, secret).digest()).decode()


def shopify(body=None, *, at=NOW, secret=SECRET, topic="orders/updated", event="e1"):
    text = json.dumps(body or {"id": 1})
    return text, {
        "X-Shopify-Hmac-Sha256": base64_of(text, secret),
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": "acme.myshopify.com",
        "X-Shopify-Event-Id": event,
        "X-Shopify-Triggered-At": at.isoformat(),
    }


def hubspot(body=None, *, at=NOW, secret=SECRET, event=7):
    one = {"eventId": event, "portalId": 62515, "subscriptionType": "deal.propertyChange"}
    text, stamp = json.dumps(body or [one]), str(int(at.timestamp() * 1000))
    return text, {
        "X-HubSpot-Request-Timestamp": stamp,
        "X-HubSpot-Signature-v3": base64_of(f"POST{URL}{text}{stamp}", secret),
    }


def stripe(body=None, *, at=NOW, secret=SECRET, event="evt_1"):
    text = json.dumps(body or {"id": event, "type": "charge.refunded", "account": "acct_1"})
    stamp = int(at.timestamp())
    signature = digest_of(f"{stamp}.{text}", secret).hexdigest()
    return text, {"Stripe-Signature": f"t={stamp},v1={'0' * 64},v1={signature},v0=abc"}


def meta_ads(body=None, *, at=NOW, secret=SECRET, event="act_1"):
    one = {"id": event, "time": int(NOW.timestamp()), "changes": []}
    text = json.dumps(body or {"object": "ad_account", "entry": [one]})
    return text, {"X-Hub-Signature-256": f"sha256={digest_of(text, secret).hexdigest()}"}


def gohighlevel(body=None, *, at=NOW, secret=SECRET, event="w1"):
    one = {"type": "OpportunityUpdate", "webhookId": event, "locationId": "loc1"}
    text = json.dumps(body or {**one, "timestamp": at.isoformat().replace("+00:00", "Z")})
    key = _KEY if secret == SECRET else Ed25519PrivateKey.generate()
    return text, {"X-GHL-Signature": base64.b64encode(key.sign(text.encode())).decode()}


def klaviyo(body=None, *, at=NOW, secret=SECRET, event="k1"):
    one = {"external_id": event, "topic": "event:klaviyo.opened_email"}
    text = json.dumps(body or {"data": [one], "meta": {"klaviyo_account_id": "XyZ"}})
    stamp = format_datetime(at, usegmt=True)
    return text, {
        "Klaviyo-Timestamp": stamp,
        "Klaviyo-Signature": digest_of(text + stamp, secret).hexdigest(),
    }


def linkedin_ads(body=None, *, at=NOW, secret=SECRET, event="n1"):
    text = json.dumps(body or {"type": "LEAD_ACTION", "id": event})
    return text, {"X-LI-Signature": digest_of("hmacsha256=" + text, secret).hexdigest()}


def tiktok_ads(body=None, *, at=NOW, secret=SECRET, event="n1"):
    text, stamp = json.dumps(body or {"event": event}), int(at.timestamp())
    return text, {
        "TikTok-Signature": f"t={stamp},s={digest_of(f'{stamp}.{text}', secret).hexdigest()}"
    }


SIGNERS = {
    signer.__name__: signer
    for signer in (
        *(shopify, hubspot, stripe, meta_ads),
        *(gohighlevel, klaviyo, linkedin_ads, tiktok_ads),
    )
}
#: Whose stamp is signed.
STAMPED = ("hubspot", "stripe", "gohighlevel", "klaviyo", "tiktok_ads")
FAR = timedelta(seconds=301)
