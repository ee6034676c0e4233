"""Values without what differs from run to run, so that two transcripts can be compared."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

_UUID = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
_ADDRESS = re.compile(r"http://(127\.0\.0\.1|localhost):\d+")
_TOKEN = re.compile(r"eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+")
#: Refresh tokens, encrypted fields, hashes of passwords.
_SECRET = re.compile(r"<id \d+>\.\d+\.[\w-]{20,}|gAAAA[\w=-]{40,}|argon2\$\S+")
#: What opens a link: 32 random bytes.
_LINK_SECRET = re.compile(r"[\w-]{43}")
#: Further away than this a time is data: the file's days end in 2019.
_NEAR = timedelta(days=400)
#: Made from ids or by chance, and shown nowhere else.
VOLATILE = frozenset(
    {
        *("span_id", "shard", "request_hash", "device_id", "token_hash"),
        # The audit chain's order is that in which the services' events arrive.
        *("sequence", "hash", "previous_hash"),
        # A customer's hash is made with a key of the organization's own.
        "customer",
    }
)
#: From here on a whole number is an instant in microseconds, as versions of rights are.
_INSTANT = 1_600_000_000_000_000


class Canonical:
    """Names ids in the order in which they appear; of one transcript, so that ids stay apart."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def value(self, value: Any, *, learns: bool = True) -> Any:
        """A value of builtins in canonical form; ids that are new get a name if it ``learns``."""
        if isinstance(value, dict):
            return {
                self.value(name, learns=learns): (
                    "*" if name in VOLATILE else self.value(inner, learns=learns)
                )
                for name, inner in sorted(value.items())
            }
        if isinstance(value, list | tuple):
            return [self.value(inner, learns=learns) for inner in value]
        if isinstance(value, int) and value > _INSTANT:
            return "<instant>"
        if isinstance(value, bytes):
            return self.value(_decoded(value), learns=learns)
        if isinstance(value, str | datetime | UUID):
            return self._text(str(value), learns=learns)
        return value

    def _text(self, text: str, *, learns: bool) -> Any:
        if _LINK_SECRET.fullmatch(text):
            return "<secret>"
        token = _TOKEN.fullmatch(text)
        if token:
            return self.value({"token": _claims(token.group(1))}, learns=learns)

        def name(match: re.Match[str]) -> str:
            key = match.group().replace("-", "")
            if key not in self._ids:
                if not learns or not _is_random(key):
                    return match.group() if not _is_random(key) else "<id>"
                self._ids[key] = f"<id {len(self._ids) + 1}>"
            return self._ids[key]

        text = _UUID.sub(name, text)
        text = _TIME.sub(_near_time, text)
        return _SECRET.sub("<secret>", _ADDRESS.sub("<address>", text))


def _is_random(digits: str) -> bool:
    """Whether it is a UUID of version 4 or 7, and not a trace's id or a made-up number."""
    return digits[12] in "47" and digits[16] in "89ab"


def _near_time(match: re.Match[str]) -> str:
    moment = datetime.fromisoformat(match.group())
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    away = moment - datetime.now(UTC)
    return f"<now {away / timedelta(days=1):+.0f} days>" if abs(away) < _NEAR else match.group()


def _claims(part: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return {
        name: value for name, value in claims.items() if name not in ("iat", "exp", "nbf", "ver")
    }


def _decoded(value: bytes) -> Any:
    for decode in (msgspec.json.decode, msgspec.msgpack.decode):
        try:
            return decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return f"<{len(value)} bytes>"
