"""What an answer of Triple Whale means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from apps.integrations.platforms.port import Answer, Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
)

_OK: Final = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_ERROR = 401, 403, 429, 500
#: How long a throttle lasts that does not say so.
_PAUSE: Final = timedelta(minutes=1)


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success.

    Raises:
        PlatformError: it is not; the class says what follows from it.
    """
    if answer.status in _OK:
        return
    if answer.status >= _SERVER_ERROR:
        raise UnreachableError(f"Triple Whale failed (HTTP {answer.status}).")
    if answer.status == _TOO_MANY:
        seconds = answer.headers.get("retry-after", "")
        wait = timedelta(seconds=int(seconds)) if seconds.isdecimal() else _PAUSE
        raise ThrottledError("Triple Whale asks to wait.", until=now + wait)
    if answer.status == _UNAUTHORIZED:
        raise TokenRefusedError("Triple Whale refuses the key.")
    if answer.status == _FORBIDDEN:
        words = "The key's owner or its scopes do not let Triple Whale show this shop."
        raise AccessLostError(words)
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    message = str(body.get("message", ""))[:200]
    words = f"Triple Whale refused the request (HTTP {answer.status}): {message}"
    raise RequestRefusedError(words)


def find_shop(api: Api) -> str:
    """Return the shop that a connection names, which each request has to.

    Raises:
        RequestRefusedError: it names none.
    """
    shop = api.facts.get("shop", "")
    if not shop:
        words = "Name the shop as Triple Whale's settings have it, such as shop.myshopify.com."
        raise RequestRefusedError(words, code="shop_missing")
    return shop
