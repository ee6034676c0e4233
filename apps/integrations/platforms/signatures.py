"""The signatures of webhooks; compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Final

from apps.integrations.platforms.deliveries import TOLERANCE, Delivery, DeliveryRefusedError

_CHALLENGE: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: So many signatures of one delivery are looked at: one for each secret in rotation.
_MOST: Final = 8


def require_hmac(signatures: Iterable[bytes], signed: bytes, secrets: Iterable[str]) -> None:
    """Return if one of the signatures is the HMAC-SHA256 of a text under one of the secrets.

    Raises:
        DeliveryRefusedError: none is, or there is no secret.
    """
    digests = [hmac.digest(secret.encode(), signed, "sha256") for secret in secrets if secret]
    given = list(islice(signatures, _MOST))
    # All of them are compared, so that the time tells nothing of which one it was.
    if not sum(hmac.compare_digest(digest, each) for digest in digests for each in given):
        raise DeliveryRefusedError("The signature is not of a known secret.")


def read_hex(text: str) -> bytes:
    """Return the bytes of a signature in hexadecimal digits; none where it has others."""
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        return b""


def read_base64(text: str) -> bytes:
    """Return the bytes of a signature in base64; none where it is not."""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_pairs(text: str) -> dict[str, list[str]]:
    """Return the values by name of a header such as ``t=1,v1=a,v1=b``."""
    found: dict[str, list[str]] = {}
    for part in text.split(","):
        name, is_pair, value = part.strip().partition("=")
        if is_pair:
            found.setdefault(name, []).append(value)
    return found


def require_fresh(moment: datetime | None, delivery: Delivery) -> None:
    """Return if a signed stamp is of now, give or take five minutes.

    Raises:
        DeliveryRefusedError: it is older, of the future, or none.
    """
    if moment is None or abs(delivery.at - moment) > TOLERANCE:
        raise DeliveryRefusedError("The delivery is not of now.")


def read_stamp(text: str, *, per_second: int = 1) -> datetime | None:
    """Return the moment of a Unix time in whole parts of a second; None for anything else."""
    if not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(text) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_http_date(text: str) -> datetime | None:
    """Return the moment of an HTTP date; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_iso(text: object) -> datetime | None:
    """Return the moment of a date in ISO 8601; None for anything else, or without a zone."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def read_challenge(text: str | None) -> str | None:
    """Return a challenge that may be sent back as it is; None for anything but a short word."""
    return text if text is not None and _CHALLENGE.fullmatch(text) else None


def read_uuid(text: str) -> str | None:
    """Return a text that is a UUID; None for anything else."""
    return text if _UUID.fullmatch(text) else None
