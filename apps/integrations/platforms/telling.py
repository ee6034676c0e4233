"""Tell the callers of our API what a platform did not give them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apps.integrations.exceptions import (
    ConnectionExpiredError,
    PlatformBusyError,
    PlatformRefusedError,
    PlatformUnreachableError,
)
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
)
from apps.integrations.platforms.registry import get_adapter


@contextmanager
def telling_callers(platform: str) -> Iterator[None]:
    """Let a request to a platform, which a person waits for, fail in words of our API.

    Raises:
        PlatformRefusedError: the platform does not take the token or the request.
        ConnectionExpiredError: the consent has ended.
        PlatformBusyError: its quota is spent.
        PlatformUnreachableError: it gave no answer that can be used.
    """
    try:
        yield
    except PlatformError as error:
        name = get_adapter(platform).spec.name
        told = {"name": name, "words": error.words, "platform_request_id": error.request_id}
        if isinstance(error, GrantEndedError):
            raise ConnectionExpiredError(**told) from error
        if isinstance(error, TokenRefusedError | AccessLostError | RequestRefusedError):
            raise PlatformRefusedError(**told) from error
        if isinstance(error, ThrottledError):
            raise PlatformBusyError(**told, until=error.until) from error
        raise PlatformUnreachableError(**told) from error
