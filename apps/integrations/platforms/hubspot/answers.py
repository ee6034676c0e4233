"""What an answer of HubSpot means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

_OK: Final = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _GONE, _TOO_MANY, _SERVER_ERROR = 401, 403, 410, 429, 500
#: How long each of the vendor's limits lasts at most; its answers do not say until when.
_WAITS: Final = {"SECONDLY": timedelta(seconds=1), "DAILY": timedelta(hours=1)}
_WAIT: Final = timedelta(seconds=10)


class _Problem(Message, rename="camel"):
    message: str = ""
    correlation_id: str = ""
    policy_name: str = ""


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success; some of what was asked may be missing from it (207).

    Raises:
        PlatformError: it is not; the class says what follows from it.
    """
    if answer.status in _OK:
        return
    body = answer.body if isinstance(answer.body, dict) else {}
    problem = read_as(_Problem, {key: each for key, each in body.items() if isinstance(each, str)})
    request_id = problem.correlation_id
    if answer.status >= _SERVER_ERROR:
        raise UnreachableError(f"HubSpot failed (HTTP {answer.status}).", request_id=request_id)
    if answer.status == _TOO_MANY:
        until = now + _WAITS.get(problem.policy_name, _WAIT)
        raise ThrottledError("HubSpot asks to wait.", until=until, request_id=request_id)
    if answer.status == _UNAUTHORIZED:
        # Also said of a right that was taken away: no proof that the token is old.
        raise TokenRefusedError("HubSpot refuses the token.", request_id=request_id)
    if answer.status == _FORBIDDEN:
        words = "HubSpot does not let this connection see that; a right was taken away."
        raise AccessLostError(words, request_id=request_id)
    if answer.status == _GONE:
        words = "HubSpot ended the version of its API that is asked."
        raise VersionEndedError(words, request_id=request_id)
    words = f"HubSpot refused the request (HTTP {answer.status}): {problem.message[:200]}"
    raise RequestRefusedError(words, request_id=request_id)
