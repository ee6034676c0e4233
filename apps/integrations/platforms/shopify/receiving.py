"""Shopify's webhooks: base64 HMAC of the raw body; each event once, by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from apps.integrations.platforms.deliveries import (
    Delivery,
    DeliveryRefusedError,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.signatures import read_base64, read_iso, require_hmac

_KINDS: Final = {
    "customers/redact": Kind.ERASE_PERSON,
    "shop/redact": Kind.ERASE_ACCOUNT,
    "app/uninstalled": Kind.ENDED,
}
#: Topics whose first part is one of these tell that something is to be read again.
_READ: Final = frozenset({"orders", "refunds", "customers", "shop"})


class _Customer(msgspec.Struct):
    id: int | str | None = None
    email: str | None = None


class _Body(msgspec.Struct):
    shop_domain: str | None = None
    customer: _Customer | None = None


class ShopifyReceiver(Receiver):
    """The webhooks of shops."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature; there is no signed stamp."""
        given = read_base64(delivery.headers.get("x-shopify-hmac-sha256", ""))
        require_hmac([given], delivery.body, secrets)
        if not delivery.headers.get("x-shopify-topic"):
            raise DeliveryRefusedError("The delivery has no topic.")

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield the one event; a privacy topic may name its shop in the body alone."""
        topic, headers = delivery.headers["x-shopify-topic"], delivery.headers
        try:
            body = msgspec.json.decode(delivery.body, type=_Body)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise UnreadableDeliveryError("The body is no event of a shop.") from error
        shop = headers.get("x-shopify-shop-domain") or body.shop_domain or ""
        event = headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id", "")
        if not event:
            raise UnreadableDeliveryError("The event has no id.")
        customer = body.customer or _Customer()
        persons = (customer.email, None if customer.id is None else str(customer.id))
        yield Notice(
            id=event,
            topic=topic,
            kind=_find_kind(topic),
            account=shop,
            at=read_iso(headers.get("x-shopify-triggered-at")),
            persons=tuple(filter(None, persons)) if topic == "customers/redact" else (),
        )


def _find_kind(topic: str) -> Kind:
    kept = Kind.CHANGED if topic.partition("/")[0] in _READ else Kind.OTHER
    # What is asked about a person is answered by people.
    return Kind.OTHER if topic == "customers/data_request" else _KINDS.get(topic, kept)
