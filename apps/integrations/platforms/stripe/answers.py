"""What Stripe's answers mean, and how its lists are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, TypeVar

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Answer, Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

_PAGE: Final = 100
#: Seconds to wait where Stripe does not say how long.
_PAUSE: Final = 2.0
_LONGEST_WORDS: Final = 200


class Listed(Message):
    """What every object of a list has."""

    id: str


T = TypeVar("T", bound=Listed)


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success.

    Raises:
        PlatformError: it is not.
    """
    status, name = answer.status, answer.headers.get("request-id", "")
    if status < HTTPStatus.BAD_REQUEST:
        return
    if status == HTTPStatus.UNAUTHORIZED:
        raise TokenRefusedError("Stripe does not take the key or token.", request_id=name)
    if status == HTTPStatus.FORBIDDEN:
        words = "The key may not read that: charges, refunds, events and the account are needed."
        raise AccessLostError(words, request_id=name)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        until = now + timedelta(seconds=float(answer.headers.get("retry-after") or _PAUSE))
        raise ThrottledError("Stripe takes no more requests now.", until=until, request_id=name)
    if status == HTTPStatus.CONFLICT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UnreachableError(f"Stripe failed (HTTP {status}).", request_id=name)
    words = f"Stripe refuses the request: {_words(answer.body)}"
    raise RequestRefusedError(words, request_id=name)


def read_list(api: Api, path: str, parameters: Mapping[str, Any], kind: type[T]) -> Iterator[T]:
    """Yield the objects of a list, the newest first, as messages of a kind."""

    def ask(after: str) -> tuple[list[T], str | None]:
        own = {"starting_after": after} if after else {}
        page = read_as(dict[str, Any], api.get(path, {**parameters, "limit": _PAGE, **own}))
        rows = [read_as(kind, each) for each in read_as(list[Any], page.get("data"))]
        return rows, rows[-1].id if rows and page.get("has_more") else None

    return read_pages("", ask, key=lambda row: row.id)


def _words(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    words = error.get("message") if isinstance(error, dict) else error
    return str(words or "without a word")[:_LONGEST_WORDS]
