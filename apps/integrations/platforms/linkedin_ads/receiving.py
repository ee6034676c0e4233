"""LinkedIn's webhooks: a bare hexadecimal digest, and a challenge every two hours."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping

from apps.integrations.platforms.deliveries import Delivery, Kind, Notice, Receiver
from apps.integrations.platforms.signatures import read_hex, read_uuid, require_hmac


class LinkedinReceiver(Receiver):
    """What LinkedIn pushes is kept; its numbers are asked for."""

    challenge_media_type = "application/json"

    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Verify the signature, which is over a fixed word and the body."""
        given = read_hex(delivery.headers.get("x-li-signature", ""))
        require_hmac([given], b"hmacsha256=" + delivery.body, secrets)

    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield that something came."""
        digest = hashlib.sha256(delivery.body).hexdigest()
        yield Notice(id=digest, topic="notification", kind=Kind.OTHER)

    def answer_challenge(
        self, query: Mapping[str, str], verify_token: str, secrets: tuple[str, ...]
    ) -> str | None:
        """Return a JSON text of the challenge and its HMAC under the app's secret.

        Only a UUID is signed, which is what LinkedIn sends: a text of somebody's choice could be
        that of a delivery, and its HMAC the proof of it.
        """
        code = read_uuid(query.get("challengeCode", ""))
        if code is None or not secrets:
            return None
        digest = hmac.new(secrets[0].encode(), code.encode(), "sha256").hexdigest()
        return json.dumps({"challengeCode": code, "challengeResponse": digest})
