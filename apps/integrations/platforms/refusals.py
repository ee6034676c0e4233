"""What a platform may refuse or fail with; each says what a sync has to do about it.

An adapter raises these alone, whatever the vendor calls its errors. ``request_id`` is the
platform's own name of the exchange, by which its support finds it.
"""

from __future__ import annotations

from datetime import datetime


class PlatformError(Exception):
    """A platform did not give what it was asked for.

    Args:
        words: what happened, for a person; without secrets, at most a sentence or two.
        code: the stable word of the API and of pages; by default the class's.
        request_id: the platform's name of the exchange; empty where it gave none.
    """

    code = "platform_failed"

    def __init__(self, words: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.code = code or self.code
        self.request_id = request_id


class UnreachableError(PlatformError):
    """No answer, a time-out or a 5xx: asked again later, and the connection is late until then."""

    code = "platform_unreachable"


class ThrottledError(PlatformError):
    """The platform, or the ledger before it was asked, has no quota left until a moment.

    Args:
        until: when it may be asked again, aware.
        key: which of the ledger's quotas is exhausted; by default the narrowest of the request's.
    """

    code = "waiting_for_quota"

    def __init__(self, words: str, *, until: datetime, key: str = "", request_id: str = "") -> None:
        super().__init__(words, request_id=request_id)
        self.until = until
        self.key = key


class TokenRefusedError(PlatformError):
    """The access token is not taken (401): it is renewed once for each version of the token."""

    code = "token_refused"


class GrantEndedError(PlatformError):
    """The person's consent is gone (``invalid_grant``, uninstalled): its owner has to renew it."""

    code = "reauthorise"


class AccessLostError(PlatformError):
    """The token is good and may not see this account, or lacks a scope; what is kept stays."""

    code = "access_lost"


class VersionEndedError(PlatformError):
    """The platform ended the version of its API that is asked; never asked again with it."""

    code = "version_ended"


class TooMuchError(PlatformError):
    """The platform cannot give so much at once: the slice is halved by days, then by entities."""

    code = "too_much"


class IncompleteError(PlatformError):
    """The answer is not proven whole, or is cut: nothing of it is kept.

    Args:
        may_halve: whether half of the slice may come whole; else it is tried again as it is.
    """

    code = "incomplete_result"

    def __init__(self, words: str, *, may_halve: bool = False, request_id: str = "") -> None:
        super().__init__(words, request_id=request_id)
        self.may_halve = may_halve


class PaginationLoopError(PlatformError):
    """A page came for the second time."""

    code = "pagination_loop"


class MalformedError(PlatformError):
    """The answer is not what the vendor documents: no JSON, a wrong type, a missing field."""

    code = "answer_malformed"


class RequestRefusedError(PlatformError):
    """The platform says that the request itself is wrong, in the vendor's words."""

    code = "platform_refused"
