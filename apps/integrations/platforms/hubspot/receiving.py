"""HubSpot's webhooks, version 3: base64 HMAC of method, address, body and stamp."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from apps.integrations.platforms.deliveries import (
    Delivery,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.signatures import (
    read_base64,
    read_stamp,
    require_fresh,
    require_hmac,
)


class _Event(msgspec.Struct, rename="camel"):
    event_id: int
    portal_id: int
    subscription_type: str
    occurred_at: int | None = None
    object_id: int | None = None


class HubspotReceiver(Receiver):
    """The webhooks of HubSpot's accounts; up to a hundred events come at once."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature, and the stamp in milliseconds that is signed with it."""
        stamp = delivery.headers.get("x-hubspot-request-timestamp", "")
        given = read_base64(delivery.headers.get("x-hubspot-signature-v3", ""))
        head = f"{delivery.method}{delivery.url}".encode()
        require_hmac([given], head + delivery.body + stamp.encode(), secrets)
        require_fresh(read_stamp(stamp, per_second=1000), delivery)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield each event of the batch."""
        try:
            events = msgspec.json.decode(delivery.body, type=list[_Event])
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise UnreadableDeliveryError("The body is no list of events.") from error
        for event in events:
            erases = event.subscription_type.endswith(".privacyDeletion")
            yield Notice(
                id=str(event.event_id),
                topic=event.subscription_type,
                kind=Kind.ERASE_PERSON if erases else Kind.CHANGED,
                account=str(event.portal_id),
                at=None if event.occurred_at is None else _moment(event.occurred_at),
                persons=(str(event.object_id),) if erases and event.object_id else (),
            )


def _moment(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableDeliveryError("The event is of an impossible moment.") from error
