"""Klaviyo's webhooks: hexadecimal HMAC of body and stamp, an HTTP date."""

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
    read_http_date,
    read_iso,
    require_fresh,
    require_hmac,
)


class _Event(msgspec.Struct):
    external_id: str
    topic: str = ""
    occurred_at: str = ""


class _Meta(msgspec.Struct):
    klaviyo_account_id: str = ""


class _Body(msgspec.Struct):
    data: list[_Event]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class KlaviyoReceiver(Receiver):
    """The webhooks of accounts; one delivery tells of several events."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature, and the stamp that is signed with it."""
        stamp = delivery.headers.get("klaviyo-timestamp", "")
        given = read_hex(delivery.headers.get("klaviyo-signature", ""))
        require_hmac([given], delivery.body + stamp.encode(), secrets)
        require_fresh(read_http_date(stamp), delivery)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield each event, known by its own id."""
        try:
            body = msgspec.json.decode(delivery.body, type=_Body)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise UnreadableDeliveryError("The body has no events.") from error
        for event in body.data:
            yield Notice(
                id=event.external_id,
                topic=event.topic,
                kind=Kind.CHANGED,
                account=body.meta.klaviyo_account_id,
                at=read_iso(event.occurred_at),
            )
