"""Authenticate the caller by the bearer token of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from omnify.context import Principal, current, enter
from omnify.exceptions import UnauthenticatedError
from omnify.idempotency.once import idempotency_key
from omnify.identity.api_keys import PREFIX, api_keys
from omnify.identity.revocations import revocations
from omnify.identity.tokens import InvalidTokenError, verify_access_token

_SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token, or API key>``; tokens are verified offline."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        """Return the principal and the token, None without credentials in the request."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        token = bearer_credential(header)
        if not token:
            raise UnauthenticatedError
        principal = prove(token)
        adopt(principal, request.META)
        return principal, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 answer."""
        return 'Bearer realm="omnify"'


def bearer_credential(header: str) -> str:
    """Return the token or API key of an ``Authorization`` header, empty if it has another form."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == _SCHEME else ""


def prove(token: str) -> Principal:
    """Return the principal of an active token or API key, with the present rights.

    Raises:
        UnauthenticatedError: the token is not valid, was ended, or is older than the present
            rights.
    """
    if token.startswith(PREFIX):
        return _prove_api_key(token)
    principal = verify_access_token(token)
    revocations.refuse_revoked(principal)
    return principal


def _prove_api_key(key: str) -> Principal:
    principal = api_keys.find(key)
    if principal is not None and revocations.are_rights_old(principal):
        api_keys.forget(key)
        principal = api_keys.find(key)
    if principal is None or revocations.has_ended(principal.session_id):
        raise InvalidTokenError
    return principal


def adopt(principal: Principal, meta: Mapping[str, Any]) -> None:
    """Make a proven principal, and the key of their request, those of the current context.

    The key of a caller whom nobody proved is ignored: two strangers with one key are strangers.
    """
    # The context middleware restores the former context when the request ends.
    enter(
        msgspec.structs.replace(
            current(),
            principal=principal,
            organization_id=principal.organization_id,
            idempotency_key=idempotency_key(meta),
        )
    )
