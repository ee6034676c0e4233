"""What Shopify's answers mean: refusals, and the points that a shop has left.

The points refill steadily; what is spent of them is the app's in this one shop.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from apps.integrations.platforms.port import Answer, Usage, account_key
from apps.integrations.platforms.refusals import (
    AccessLostError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    TooMuchError,
    UnreachableError,
)

_SHOP_LOCKED, _REJECTED = 423, 430
_LOST: Final = {
    HTTPStatus.PAYMENT_REQUIRED: "The shop is frozen until its owner pays Shopify.",
    HTTPStatus.FORBIDDEN: "The shop does not let this app do that.",
    HTTPStatus.NOT_FOUND: "Shopify has no such shop.",
    _SHOP_LOCKED: "Shopify has locked the shop.",
}
#: Seconds to wait where Shopify does not say how long.
_PAUSE: Final = 2.0
_LONGEST_WORDS: Final = 200


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success; a status of 200 alone does not make it one.

    Raises:
        PlatformError: it is not.
    """
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    if answer.status != HTTPStatus.OK:
        raise _refuse_status(answer, errors, now)
    if not errors:
        return
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    raise _refuse(answer, first, _words(errors), now)


def read_usage(answer: Answer, now: datetime) -> Iterable[Usage]:
    """Return how much of the shop's points is spent, and when the same query fits again."""
    cost = _cost(answer)
    if cost is None:
        return
    status = cost["throttleStatus"]
    used = 1 - status["currentlyAvailable"] / status["maximumAvailable"]
    until = now + timedelta(seconds=_refill_seconds(cost))
    yield Usage(key=account_key(answer.account), used=used, until=until)


def _refuse_status(answer: Answer, errors: Any, now: datetime) -> PlatformError:
    status, name = answer.status, answer.headers.get("x-request-id", "")
    if status == HTTPStatus.UNAUTHORIZED:
        return TokenRefusedError("Shopify does not take the token.", request_id=name)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, _REJECTED):
        return _throttle(answer, float(answer.headers.get("retry-after") or _PAUSE), now)
    if status in _LOST:
        return AccessLostError(_LOST[status], request_id=name)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnreachableError(f"Shopify failed (HTTP {status}).", request_id=name)
    words = f"Shopify refuses the request (HTTP {status}): {_words(errors)}"
    return RequestRefusedError(words, request_id=name)


def _refuse(answer: Answer, error: dict[str, Any], words: str, now: datetime) -> PlatformError:
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    name = answer.headers.get("x-request-id", "")
    if code == "THROTTLED":
        cost = _cost(answer)
        return _throttle(answer, _refill_seconds(cost) if cost else _PAUSE, now)
    if code == "MAX_COST_EXCEEDED":
        return TooMuchError("Shopify does not give so much in one query.", request_id=name)
    if code in ("ACCESS_DENIED", "SHOP_INACTIVE"):
        return AccessLostError(f"The shop refuses access: {words}", request_id=name)
    if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
        return UnreachableError("Shopify failed while it answered.", request_id=name)
    return RequestRefusedError(f"Shopify refuses the query: {words}", request_id=name)


def _throttle(answer: Answer, seconds: float, now: datetime) -> ThrottledError:
    return ThrottledError(
        "The app has spent its points of this shop.",
        until=now + timedelta(seconds=seconds),
        key=account_key(answer.account),
        request_id=answer.headers.get("x-request-id", ""),
    )


def _refill_seconds(cost: Any) -> float:
    """Return how long the shop's points need until the query fits."""
    status = cost["throttleStatus"]
    missing = cost["requestedQueryCost"] - status["currentlyAvailable"]
    return float(max(0, missing) / status["restoreRate"])


def _cost(answer: Answer) -> Any:
    extensions = answer.body.get("extensions") if isinstance(answer.body, dict) else None
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) and "throttleStatus" in cost else None


def _words(errors: Any) -> str:
    """Return what Shopify says, which is a text or a list of errors."""
    first = errors[0] if isinstance(errors, list) and errors else errors
    words = first.get("message") if isinstance(first, dict) else first
    return str(words or "without a word")[:_LONGEST_WORDS]
