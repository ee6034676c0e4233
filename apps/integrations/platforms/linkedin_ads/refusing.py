"""What LinkedIn's statuses mean."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    AccessLostError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)

_UNAUTHENTICATED, _FORBIDDEN, _TOO_LONG = 401, 403, 414
_UPGRADE, _THROTTLED, _SERVER_ERROR = 426, 429, 500
#: A month that has no version, or has none any more, is said with 400 as well.
_VERSIONS: Final = frozenset({"NONEXISTENT_VERSION", "VERSION_MISSING", "DEPRECATED_VERSION"})
_LONGEST: Final = 300


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success; raise what it says otherwise."""
    if answer.status // 100 == 2:  # noqa: PLR2004 - as every page about HTTP has it
        return
    body = answer.body if isinstance(answer.body, dict) else {}
    words = str(body.get("message") or f"LinkedIn answered {answer.status}.")[:_LONGEST]
    request_id = answer.headers.get("x-li-uuid", "")[:100]
    if answer.status == _THROTTLED:
        until = _find_end(answer, now)
        raise ThrottledError(words, until=until, key="app", request_id=request_id)
    raise _choose(answer.status, str(body.get("code")))(words, request_id=request_id)


def _choose(status: int, code: str) -> type[PlatformError]:
    """Return what an error is that is no throttle; the first that holds counts."""
    cases: tuple[tuple[bool, type[PlatformError]], ...] = (
        (status == _UPGRADE or code in _VERSIONS, VersionEndedError),
        (status == _UNAUTHENTICATED, TokenRefusedError),
        (status == _FORBIDDEN, AccessLostError),
        (status == _TOO_LONG, TooMuchError),
        (status >= _SERVER_ERROR, UnreachableError),
        (True, RequestRefusedError),
    )
    return next(kind for holds, kind in cases if holds)


def _find_end(answer: Answer, now: datetime) -> datetime:
    """Return when the quota is whole again: as LinkedIn says, else at the next midnight of UTC."""
    wait = answer.headers.get("retry-after", "")
    if wait.isdigit():
        return now + timedelta(seconds=min(int(wait), 86_400))
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
