"""What an answer of GoHighLevel means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
)

_OK: Final = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_ERROR = 401, 403, 429, 500
#: How the refusal of a right is told from that of a token, whose status it shares.
_NO_RIGHT: Final = "not authorized for this scope"
#: The vendor's limit of seconds, and how often a spent day is looked at again.
_WAIT: Final = timedelta(seconds=10)
_DAY_WAIT: Final = timedelta(hours=1)


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success.

    Raises:
        PlatformError: it is not; the class says what follows from it.
    """
    if answer.status in _OK:
        return
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    message, request_id = str(body.get("message", "")), str(body.get("traceId", ""))
    if answer.status >= _SERVER_ERROR:
        words = f"GoHighLevel failed (HTTP {answer.status})."
        raise UnreachableError(words, request_id=request_id)
    if answer.status == _TOO_MANY:
        until = now + _read_wait(answer.headers)
        raise ThrottledError("GoHighLevel asks to wait.", until=until, request_id=request_id)
    if answer.status == _FORBIDDEN or _NO_RIGHT in message:
        words = "GoHighLevel does not let this connection see that; a right is missing."
        raise AccessLostError(words, request_id=request_id)
    if answer.status == _UNAUTHORIZED:
        raise TokenRefusedError("GoHighLevel refuses the token.", request_id=request_id)
    words = f"GoHighLevel refused the request (HTTP {answer.status}): {message[:200]}"
    raise RequestRefusedError(words, request_id=request_id)


def _read_wait(headers: Mapping[str, str]) -> timedelta:
    is_day_spent = headers.get("x-ratelimit-daily-remaining") == "0"
    return _DAY_WAIT if is_day_spent else _WAIT
