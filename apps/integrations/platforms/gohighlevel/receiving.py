"""GoHighLevel's webhooks: Ed25519 of the raw body by the vendor's own key."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from apps.integrations.platforms.deliveries import (
    Delivery,
    DeliveryRefusedError,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.signatures import read_base64, read_iso, require_fresh


class _Event(msgspec.Struct, rename="camel"):
    type: str
    webhook_id: str
    timestamp: str = ""
    location_id: str = ""


class GohighlevelReceiver(Receiver):
    """The webhooks of locations; the secrets are public keys (DER, base64)."""

    default_secrets = ("MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=",)

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature, and then the stamp in the body that it signs."""
        given = read_base64(delivery.headers.get("x-ghl-signature", ""))
        if not any(_is_signed(key, given, delivery.body) for key in secrets):
            raise DeliveryRefusedError("The signature is not of a known key.")
        try:
            require_fresh(read_iso(_read(delivery).timestamp), delivery)
        except UnreadableDeliveryError as error:
            raise DeliveryRefusedError("The delivery has no stamp.") from error

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield the one event."""
        event = _read(delivery)
        yield Notice(
            id=event.webhook_id,
            topic=event.type,
            kind=Kind.ENDED if event.type == "UNINSTALL" else Kind.CHANGED,
            account=event.location_id,
            at=read_iso(event.timestamp),
        )


def _read(delivery: Delivery) -> _Event:
    try:
        return msgspec.json.decode(delivery.body, type=_Event)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UnreadableDeliveryError("The body is no event.") from error


def _is_signed(key: str, signature: bytes, body: bytes) -> bool:
    """Tell whether a key proves it; one that cannot be read proves nothing."""
    try:
        public = load_der_public_key(read_base64(key))
        if not isinstance(public, Ed25519PublicKey):
            return False
        public.verify(signature, body)
    except (ValueError, InvalidSignature):
        return False
    return True
