"""What an answer of Klaviyo means, and its lists in pages of JSON:API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Answer, Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

#: Later revisions list campaigns without their channels and times, and do not say which was sent.
_CAMPAIGNS, _CAMPAIGNS_REVISION = "/api/campaigns", "2026-07-15"
_OK: Final = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _GONE, _TOO_MANY, _SERVER_ERROR = 401, 403, 410, 429, 500
#: How long a throttle lasts that does not say so.
_PAUSE: Final = timedelta(minutes=1)


class Resource(Message):
    """A thing of a list."""

    id: str
    attributes: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it for each instance


class _Links(Message):
    next: str | None = None


class _List(Message):
    data: list[Resource]
    links: _Links = _Links()


class _Source(Message):
    parameter: str = ""


class _Problem(Message):
    id: str = ""
    code: str = ""
    detail: str = ""
    source: _Source | None = None


class _Problems(Message):
    errors: list[_Problem] = []  # noqa: RUF012 - msgspec copies it for each instance


class CursorRefusedError(IncompleteError):
    """A list's cursor is not taken any more, so that the list has to be begun again."""

    code = "cursor_refused"


def classify(answer: Answer, now: datetime) -> None:
    """Return if an answer is a success.

    Raises:
        PlatformError: it is not; the class says what follows from it.
    """
    if answer.status in _OK:
        return
    problem = _find_problem(answer.body)
    if answer.status >= _SERVER_ERROR:
        raise UnreachableError(f"Klaviyo failed (HTTP {answer.status}).", request_id=problem.id)
    if answer.status == _TOO_MANY:
        until = now + _read_wait(answer.headers)
        raise ThrottledError("Klaviyo asks to wait.", until=until, request_id=problem.id)
    if answer.status == _UNAUTHORIZED:
        raise TokenRefusedError("Klaviyo refuses the token.", request_id=problem.id)
    if answer.status == _FORBIDDEN:
        words = "Klaviyo does not let this connection see that; a scope of its key may be missing."
        raise AccessLostError(words, request_id=problem.id)
    if answer.status == _GONE:
        words = "Klaviyo ended the revision of its API that is asked."
        raise VersionEndedError(words, request_id=problem.id)
    if problem.source is not None and problem.source.parameter.startswith("page"):
        words = "Klaviyo does not take its own mark of the next page any more."
        raise CursorRefusedError(words, request_id=problem.id)
    words = f"Klaviyo refused the request (HTTP {answer.status}): {problem.detail[:200]}"
    raise RequestRefusedError(words, request_id=problem.id)


def _find_problem(body: Any) -> _Problem:
    if not isinstance(body, dict) or "errors" not in body:
        return _Problem()
    errors = read_as(_Problems, body).errors
    return errors[0] if errors else _Problem()


def _read_wait(headers: Mapping[str, str]) -> timedelta:
    """Return how long an answer asks to wait: whole seconds."""
    text = headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isdecimal() else _PAUSE


def read_list(api: Api, path: str, parameters: Mapping[str, Any]) -> Iterator[Resource]:
    """Yield all things of a list, each once; a list whose cursor is refused is begun again once.

    Raises:
        CursorRefusedError: the cursor was refused for the second time.
    """
    seen: set[str] = set()
    try:
        yield from _read_new(api, path, parameters, seen)
    except CursorRefusedError:
        yield from _read_new(api, path, parameters, seen)


def read_page(
    api: Api, url: str, parameters: Mapping[str, Any] | None
) -> tuple[list[Resource], str | None]:
    """Return the things of a page, and the address of the next.

    Raises:
        CursorRefusedError: the page's cursor is not taken.
    """
    own = {"revision": _CAMPAIGNS_REVISION} if urlsplit(url).path == _CAMPAIGNS else None
    page = read_as(_List, api.get(url, parameters, headers=own))
    return page.data, page.links.next


def _read_new(
    api: Api, path: str, parameters: Mapping[str, Any], seen: set[str]
) -> Iterator[Resource]:
    """Yield the things of a list that were not seen, and remember them."""

    def ask(url: str) -> tuple[list[Resource], str | None]:
        # The address of the next page has the parameters in it.
        return read_page(api, url, parameters if url == path else None)

    for each in read_pages(path, ask, lambda each: each.id):
        if each.id not in seen:
            seen.add(each.id)
            yield each
