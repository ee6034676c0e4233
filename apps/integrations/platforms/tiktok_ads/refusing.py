"""What TikTok's codes mean: most come in an envelope with HTTP 200.

Which of the throttle's codes is of the second, the minute or the day could not be checked; where
the message names the class, that counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
    VersionEndedError,
)

_GONE, _THROTTLED, _SERVER_ERROR = 410, 429, 500
_THROTTLES: Final = {40016: "QPS", 40100: "QPS", 40132: "QPM", 40133: "QPD"}
_CLASS: Final = re.compile(r"\bQP[SMD]\b")
#: The token is wrong, expired or revoked; TikTok's tokens have no successor.
_TOKENS: Final = frozenset({40101, 40102, 40104, 40105})
#: The token may not see the advertiser, or the app lacks a right.
_RIGHTS: Final = frozenset({40001, 40003})
#: A part of what was asked came, or a report is not made yet.
_PARTIAL: Final = frozenset({20001, 40200, 40201})
_PASSING: Final = frozenset({50000, 50002, 51305, 60001})
_LONGEST: Final = 300


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success; raise what its code says otherwise."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code = body.get("code")
    if answer.status // 100 == 2 and code == 0:  # noqa: PLR2004 - as every page about HTTP has it
        return
    request_id = str(body.get("request_id") or "")[:100]
    words = str(body.get("message") or f"TikTok answered {answer.status}.")[:_LONGEST]
    if code in _THROTTLES or answer.status == _THROTTLED:
        until = _find_end(_find_class(code, words), now)
        raise ThrottledError(words, until=until, key="app", request_id=request_id)
    raise _choose(answer, code)(words, request_id=request_id)


def _choose(answer: Answer, code: Any) -> type[PlatformError]:
    """Return what a code is that is no throttle; the first that holds counts."""
    cases: tuple[tuple[bool, type[PlatformError]], ...] = (
        (code in _TOKENS, TokenRefusedError),
        (code in _RIGHTS, AccessLostError),
        (code in _PARTIAL, IncompleteError),
        (code in _PASSING or answer.status >= _SERVER_ERROR, UnreachableError),
        (answer.status == _GONE, VersionEndedError),
        (True, RequestRefusedError),
    )
    return next(kind for holds, kind in cases if holds)


def _find_class(code: Any, words: str) -> str:
    named = _CLASS.search(words)
    return named[0] if named else _THROTTLES.get(code, "QPM")


def _find_end(kind: str, now: datetime) -> datetime:
    """Return when a class of quota is whole again: the next second, in 5 minutes, or at 0 UTC."""
    if kind == "QPD":
        day = now.astimezone(UTC).date() + timedelta(days=1)
        return datetime.combine(day, time(), UTC)
    return now + (timedelta(seconds=1) if kind == "QPS" else timedelta(minutes=5))
