"""Who asks, by the bearer token of the request."""

from __future__ import annotations

import msgspec
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from omnify.api.revocations import revoked_sessions
from omnify.api.tokens import verify_access_token
from omnify.context import Principal, current, enter
from omnify.exceptions import UnauthenticatedError

_SCHEME = "bearer"


class SessionRevokedError(UnauthenticatedError):
    """The access token is in order, but its session was ended."""

    code = "session_ended"
    message = "The session was ended; sign in again."


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``, verified offline."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        """The principal and the token, None when the request carries no credentials."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != _SCHEME or not token:
            raise UnauthenticatedError
        principal = prove(token.strip())
        adopt(principal)
        return principal, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge that goes with 401."""
        return 'Bearer realm="omnify"'


def prove(token: str) -> Principal:
    """The principal of a token whose session goes on.

    Raises:
        UnauthenticatedError: the token is not valid, or its session was ended.
    """
    principal = verify_access_token(token)
    if revoked_sessions.contains(principal.session_id):
        raise SessionRevokedError
    return principal


def adopt(principal: Principal) -> None:
    """Make a proven principal the one of the present request."""
    # The context middleware restores the former context when the request ends.
    enter(
        msgspec.structs.replace(
            current(), principal=principal, organization_id=principal.organization_id
        )
    )
