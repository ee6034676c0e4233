"""What Google's errors mean: the words of ``GoogleAdsFailure``, and of Google's APIs in general.

An error of a stream comes as the one element of an array; a gateway's has no body that tells.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from apps.integrations.platforms.port import Answer, account_key, shape_key
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

_UNAUTHENTICATED, _FORBIDDEN, _NOT_FOUND, _THROTTLED = 401, 403, 404, 429
_SERVER_ERROR, _TIMEOUT = 500, 504
#: Said with 401, though no other token would be taken either.
_NOBODY: Final = frozenset({"NOT_ADS_USER", "CUSTOMER_NOT_FOUND"})
#: Said with 403, and for the operator to mend; no customer's right was taken away.
_OPERATORS: Final = frozenset(
    {"SERVICE_DISABLED", "PROJECT_DISABLED", "ACCESS_PROHIBITED", "CONSUMER_INVALID"}
)
#: A kind of query that costs too much is refused alone, for as long as the vendor advises.
_DEAR: Final = {
    "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION": timedelta(minutes=5),
    "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION": timedelta(minutes=30),
}
#: How long is waited where the vendor does not say.
_WAITS: Final = {
    "RESOURCE_EXHAUSTED": timedelta(hours=1),
    "RESOURCE_TEMPORARILY_EXHAUSTED": timedelta(seconds=15),
}
_PROHIBITED: Final = "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
_DELAY: Final = re.compile(r"(\d{1,9})(?:\.\d+)?s")
_LONGEST: Final = 300


class MetricsRefusedError(RequestRefusedError):
    """Google has some metrics not at the level that is asked.

    Args:
        metrics: their names, without ``metrics.``.
    """

    code = "unsupported_at_level"

    def __init__(self, words: str, *, metrics: frozenset[str], request_id: str) -> None:
        super().__init__(words, request_id=request_id)
        self.metrics = metrics


class _Failure(msgspec.Struct):
    """An error in one shape, whichever part of Google says it.

    Attributes:
        names: of all errors, such as ``USER_PERMISSION_DENIED``.
        wait: how long Google wants to be left alone.
        is_of_account: whether a quota is the account's, not the project's.
    """

    status: int
    words: str
    names: frozenset[str]
    wait: timedelta | None
    is_of_account: bool
    request_id: str


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success; raise what it says otherwise."""
    if answer.status // 100 != 2:  # noqa: PLR2004 - as every page about HTTP has it
        raise _explain(answer, _read_failure(answer), now)


def refuse_element(error: Any, now: datetime) -> None:
    """Raise the error of an element of a stream, if it has one that came after a good start."""
    if isinstance(error, dict):
        status = error.get("code")
        known = status if isinstance(status, int) else _SERVER_ERROR
        classify(Answer(status=known, headers={}, body={"error": error}), now)


def _explain(answer: Answer, failure: _Failure, now: datetime) -> PlatformError:
    if failure.status == _THROTTLED or failure.names & {*_DEAR, *_WAITS}:
        return _throttle(answer, failure, now)
    if _PROHIBITED in failure.names:
        return _name_metrics(failure)
    kind, words = _choose(answer, failure)
    return kind(words, request_id=failure.request_id)


def _choose(answer: Answer, failure: _Failure) -> tuple[type[PlatformError], str]:
    """Return what an error is, and its words; the first that holds counts."""
    status, names, words = failure.status, failure.names, failure.words
    is_slow = status == _TIMEOUT or "DEADLINE_EXCEEDED" in names
    # Google knows no address of a version that is gone for long.
    is_old = "UNSUPPORTED_VERSION" in names or (status == _NOT_FOUND and answer.body is None)
    cases: tuple[tuple[bool, type[PlatformError], str], ...] = (
        (is_old, VersionEndedError, "Google ended the version of its API that is asked."),
        (bool(names & _NOBODY), AccessLostError, words),
        (status == _UNAUTHENTICATED, TokenRefusedError, words),
        (status == _FORBIDDEN and not names & _OPERATORS, AccessLostError, words),
        (is_slow, TooMuchError, "Google did not come to an end with so much at once."),
        (status >= _SERVER_ERROR, UnreachableError, f"Google failed ({status})."),
        (True, RequestRefusedError, words),
    )
    return next((kind, told) for holds, kind, told in cases if holds)


def _throttle(answer: Answer, failure: _Failure, now: datetime) -> ThrottledError:
    dear = [wait for name, wait in _DEAR.items() if name in failure.names]
    usual = [wait for name, wait in _WAITS.items() if name in failure.names]
    wait = failure.wait or max(dear or usual or [timedelta(minutes=1)])
    key = "app"
    if dear:
        key = shape_key(answer.account, answer.shape)
    elif failure.is_of_account and answer.account:
        key = account_key(answer.account)
    return ThrottledError(failure.words, until=now + wait, key=key, request_id=failure.request_id)


def _name_metrics(failure: _Failure) -> RequestRefusedError:
    """Return which metrics Google has not at the level; it names them in quotes."""
    metrics = frozenset(re.findall(r"'(?:metrics\.)?(\w+)'", failure.words))
    return MetricsRefusedError(failure.words, metrics=metrics, request_id=failure.request_id)


def _read_failure(answer: Answer) -> _Failure:
    """Read an error; what of it has another form than the documents say counts for nothing."""
    body = answer.body[0] if isinstance(answer.body, list) and answer.body else answer.body
    error = _dict(_dict(body).get("error"))
    details = [_dict(each) for each in _list(error.get("details"))]
    errors = [_dict(each) for detail in details for each in _list(detail.get("errors"))]
    quotas = [_dict(_dict(each.get("details")).get("quotaErrorDetails")) for each in errors]
    words = next((each["message"] for each in [*errors, error] if _text(each.get("message"))), "")
    ids = [_text(detail.get("requestId")) for detail in details]
    names = [
        *(_text(name) for each in errors for name in _dict(each.get("errorCode")).values()),
        *(_text(detail.get("reason")) for detail in details),
    ]
    delays = [_text(each.get("retryDelay")) for each in [*quotas, *details]]
    return _Failure(
        status=answer.status,
        words=words[:_LONGEST] or f"Google answered {answer.status} without a reason.",
        names=frozenset(filter(None, names)),
        wait=max((_read_delay(each) for each in delays if each), default=None),
        is_of_account=any(each.get("rateScope") == "ACCOUNT" for each in quotas),
        request_id=next(filter(None, ids), answer.headers.get("request-id", ""))[:100],
    )


def _read_delay(text: str) -> timedelta:
    match = _DELAY.fullmatch(text)
    return timedelta(seconds=int(match[1]) + 1) if match else timedelta()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
