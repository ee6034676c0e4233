"""Stripe's webhooks: HMAC of stamp and body, ``t=…,v1=…``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from apps.integrations.platforms.deliveries import (
    Delivery,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.signatures import (
    read_hex,
    read_pairs,
    read_stamp,
    require_fresh,
    require_hmac,
)


class _Event(msgspec.Struct):
    id: str
    type: str
    created: int | None = None
    account: str | None = None


class StripeReceiver(Receiver):
    """The webhooks of accounts; ``account`` names whose it is where an app has several."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify one of the signatures, and the stamp that is signed with the body."""
        pairs = read_pairs(delivery.headers.get("stripe-signature", ""))
        stamp = pairs.get("t", [""])[0]
        signed = stamp.encode() + b"." + delivery.body
        require_hmac(map(read_hex, pairs.get("v1", [])), signed, secrets)
        require_fresh(read_stamp(stamp), delivery)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield the one event."""
        try:
            event = msgspec.json.decode(delivery.body, type=_Event)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise UnreadableDeliveryError("The body is no event.") from error
        ends = event.type == "account.application.deauthorized"
        yield Notice(
            id=event.id,
            topic=event.type,
            kind=Kind.ENDED if ends else Kind.CHANGED,
            account=event.account or "",
            at=read_stamp(str(event.created)),
        )
