"""Prove who sends a large body, before it is received."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import close_old_connections
from django.http import parse_cookie
from uuid_utils.compat import uuid7

from omnify.api.middleware import is_api_path
from omnify.api.problems import to_omnify_error
from omnify.conf import settings
from omnify.context import Context, use
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.authentication import bearer_credential, prove
from omnify.pages.session import ACCESS_COOKIES

#: Returns why the bearer of some credentials is not believed, None if one of them proves a caller.
FindRefusal = Callable[[Iterable[str]], OmnifyError | None]


class ProofTask:
    """The question who sends a request, which a thread answers and the loop acts upon."""

    def __init__(self, connection: Any, request: Any, find: FindRefusal) -> None:
        self._connection, self._request, self._find = connection, request, find

    def service(self) -> None:
        """Find the answer and give it to the loop; a thread calls it."""
        connection, request = self._connection, self._request
        close_old_connections()
        try:
            refusal = self._find(request.credentials)
        finally:
            close_old_connections()
        connection.server.trigger.pull_trigger(lambda: connection.settle(request, refusal))

    def cancel(self) -> None:
        """Leave the connection to its end."""


def find_credentials(path: str, headers: dict[str, str]) -> tuple[str, ...]:
    """Return the tokens of a head that may prove its sender: a bearer's, on pages a cookie's.

    ``headers`` are named as in WSGI, without ``HTTP_``.
    """
    if is_api_path(path):
        credential = bearer_credential(headers.get("AUTHORIZATION", ""))
        return (credential,) if credential else ()
    cookies = parse_cookie(headers.get("COOKIE", ""))
    return tuple(cookies[name] for name in ACCESS_COOKIES if cookies.get(name))


def find_refusal(credentials: Iterable[str]) -> OmnifyError | None:
    """Prove the bearer of credentials as the application does, keys and revocations included."""
    refusal: OmnifyError = UnauthenticatedError()
    deadline = time.monotonic() + settings.REQUEST_SECONDS
    for credential in credentials:
        try:
            with use(Context(request_id=str(uuid7()), deadline=deadline)):
                prove(credential)
        except Exception as error:  # noqa: BLE001 - whatever it is, the request is answered
            refusal = to_omnify_error(error)
        else:
            return None
    return refusal
