"""Meta's webhooks: HMAC of the raw body, and a challenge when an address is subscribed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from apps.integrations.platforms.deliveries import (
    Delivery,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.signatures import (
    read_challenge,
    read_hex,
    read_stamp,
    require_hmac,
)


class _Entry(msgspec.Struct):
    id: str
    time: int | None = None
    changes: list[Any] = []


class _Body(msgspec.Struct):
    object: str
    entry: list[_Entry]


class MetaReceiver(Receiver):
    """The webhooks of ad accounts."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature; there is no signed stamp."""
        given = delivery.headers.get("x-hub-signature-256", "").removeprefix("sha256=")
        require_hmac([read_hex(given)], delivery.body, secrets)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield each entry; none has an id, so what it holds is one."""
        try:
            body = msgspec.json.decode(delivery.body, type=_Body)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise UnreadableDeliveryError("The body has no entries.") from error
        for entry in body.entry:
            yield Notice(
                id=hashlib.sha256(msgspec.json.encode([body.object, entry])).hexdigest(),
                topic=body.object,
                kind=Kind.CHANGED,
                account=entry.id.removeprefix("act_"),
                at=read_stamp(str(entry.time)),
            )

    def answer_challenge(
        self, query: Mapping[str, str], verify_token: str, secrets: tuple[str, ...]
    ) -> str | None:
        """Return the challenge where the deployment's own word comes with it."""
        given = query.get("hub.verify_token", "")
        is_ours = bool(verify_token) and hmac.compare_digest(given.encode(), verify_token.encode())
        is_asked = query.get("hub.mode") == "subscribe"
        return read_challenge(query.get("hub.challenge")) if is_asked and is_ours else None
