"""TikTok's webhooks: HMAC of stamp and body, ``t=…,s=…``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from apps.integrations.platforms.deliveries import Delivery, Kind, Notice, Receiver
from apps.integrations.platforms.signatures import (
    read_challenge,
    read_hex,
    read_pairs,
    read_stamp,
    require_fresh,
    require_hmac,
)


class TiktokReceiver(Receiver):
    """What TikTok pushes is kept; its numbers are asked for."""

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature, and the stamp that is signed with the body."""
        pairs = read_pairs(delivery.headers.get("tiktok-signature", ""))
        stamp = pairs.get("t", [""])[0]
        given = map(read_hex, pairs.get("s", []))
        require_hmac(given, stamp.encode() + b"." + delivery.body, secrets)
        require_fresh(read_stamp(stamp), delivery)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield that something came."""
        digest = hashlib.sha256(delivery.body).hexdigest()
        yield Notice(id=digest, topic="notification", kind=Kind.OTHER)

    def answer_challenge(
        self, query: Mapping[str, str], verify_token: str, secrets: tuple[str, ...]
    ) -> str | None:
        """Return the challenge, as it came."""
        return read_challenge(query.get("challenge"))
