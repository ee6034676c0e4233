"""What Meta's errors mean: they are JSON, with 400 for nearly everything, and a number each.

From "Error Codes" of the Marketing API and of its Insights, and "Rate Limits" of the Graph API.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from apps.integrations.platforms.meta_ads.usage import find_quota
from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.redaction import redact_text
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from omnify.services.messages import Message

_UNKNOWN, _TEMPORARY, _INVALID = 1, 2, 100
_APP_LIMITS: Final = frozenset((4, 341))
#: Of the person, of pages, of one kind of call, and of business use cases.
_THROTTLES: Final = _APP_LIMITS | {17, 32, 613, *range(80000, 80015)}
_TOKEN: Final = frozenset((102, 190))
#: The app may not; the person may not (200 to 299).
_LOST: Final = frozenset((3, 10, *range(200, 300)))
#: Subcode of 100: the account does not exist for this person.
_UNSEEN: Final = 33
#: Subcodes: too many rows at once, and two ways of having taken too long.
_TOO_MUCH: Final = frozenset((1487534, 1504018, 1504038))
_VERSION_ENDED, _BEYOND_HISTORY = 2635, 3018
_UNAUTHORIZED, _TOO_MANY, _SERVER_ERROR = 401, 429, 500
_LONGEST: Final = 300


class Said(NamedTuple):
    """What Meta says of a failure."""

    code: int
    subcode: int
    words: str
    request_id: str
    is_transient: bool = False


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success.

    Raises:
        PlatformError: it has an error, whatever its status.
    """
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if isinstance(error, dict):
        raise explain(_read(error, answer), answer, now)
    if answer.status < 300:  # noqa: PLR2004 - what is redirected was refused before
        return
    said = f"Meta answered with HTTP {answer.status}."
    if answer.status == _UNAUTHORIZED:
        raise TokenRefusedError(said)
    if answer.status == _TOO_MANY:
        raise _throttle(Said(0, 0, said, ""), answer, now)
    if answer.status >= _SERVER_ERROR:
        raise UnreachableError(said)
    raise RequestRefusedError(said)


class Report(Message):
    """How far a report is, and why it is not made if it is not."""

    async_status: str
    async_percent_completion: int = 0
    id: str = ""
    account_id: str = ""
    error_code: int = 0
    error_subcode: int = 0
    error_message: str = ""


def refuse_report(report: Report, now: datetime) -> PlatformError:
    """Return what to raise for a report that Meta did not finish.

    What is neither a throttle nor a lost right may come in halves.
    """
    words = redact_text(report.error_message or report.async_status)[:_LONGEST]
    said = Said(
        code=report.error_code,
        subcode=report.error_subcode,
        words=f"Meta did not finish a report: {words}",
        request_id=report.id,
    )
    answer = Answer(status=200, headers={}, body=None, account=report.account_id)
    error = explain(said, answer, now)
    if isinstance(error, ThrottledError | TokenRefusedError | AccessLostError | VersionEndedError):
        return error
    return IncompleteError(said.words, may_halve=True, request_id=said.request_id)


def explain(said: Said, answer: Answer, now: datetime) -> PlatformError:
    """Return the error of the port that one of Meta's stands for."""
    if said.code in _THROTTLES:
        return _throttle(said, answer, now)
    if said.code == _BEYOND_HISTORY:
        return RequestRefusedError(said.words, code="beyond_history", request_id=said.request_id)
    return _find_kind(said, answer.status)(said.words, request_id=said.request_id)


def _find_kind(said: Said, status: int) -> type[PlatformError]:
    is_unknown = said.code == _UNKNOWN and status >= _SERVER_ERROR
    if said.code in _TOKEN:
        return TokenRefusedError
    if said.subcode in _TOO_MUCH or is_unknown:
        return TooMuchError
    if said.code == _VERSION_ENDED:
        return VersionEndedError
    if said.code in _LOST or (said.code, said.subcode) == (_INVALID, _UNSEEN):
        return AccessLostError
    is_passing = said.is_transient or said.code in (_UNKNOWN, _TEMPORARY)
    return UnreachableError if is_passing or status >= _SERVER_ERROR else RequestRefusedError


def _throttle(said: Said, answer: Answer, now: datetime) -> ThrottledError:
    key, until = find_quota(answer, now, is_app=said.code in _APP_LIMITS)
    return ThrottledError(said.words, until=until, key=key, request_id=said.request_id)


def _read(error: dict[str, Any], answer: Answer) -> Said:
    words = str(error.get("error_user_msg") or error.get("message") or "")[:_LONGEST]
    trace = error.get("fbtrace_id") or answer.headers.get("x-fb-trace-id") or ""
    code = _number(error.get("code"))
    return Said(
        code=code,
        subcode=_number(error.get("error_subcode")),
        words=f"Meta: {redact_text(words) or 'no reason given'} (code {code}).",
        request_id=str(trace),
        is_transient=error.get("is_transient") is True,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
