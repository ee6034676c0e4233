"""Access tokens: their claims, and their verification in any slice, offline (RFC 9068)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import jwt
import msgspec
from msgspec import Meta

from omnify.context import Principal, PrincipalKind
from omnify.exceptions import UnauthenticatedError
from omnify.identity.keys import key_set
from omnify.identity.revocations import revocations

ALGORITHM = "RS256"
ISSUER = "omnify"
AUDIENCE = "omnify"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
#: Seconds that the clocks of two slices may differ.
LEEWAY_SECONDS = 10
_REQUIRED = ("exp", "iat", "nbf", "iss", "aud", "sub", "sid")


class InvalidTokenError(UnauthenticatedError):
    """The access token is not one of ours, or is damaged."""

    code = "token_invalid"
    message = "The access token is not valid; sign in again."


class TokenExpiredError(UnauthenticatedError):
    """The access token has expired."""

    code = "token_expired"
    message = "The access token has expired; get a new one with the refresh token."


class _Claims(msgspec.Struct):
    """What a token says of its principal; a claim of another type makes it invalid."""

    sub: UUID
    sid: UUID
    role: str
    permissions: tuple[str, ...]
    exp: int
    iat: int
    nbf: int
    org: UUID | None = None
    staff: bool = False
    ver: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0
    docs: bool = False


def build_claims(principal: Principal) -> dict[str, Any]:
    """Return the claims that name a principal; times and issuer are the signer's."""
    return {
        "sub": str(principal.user_id),
        "org": str(principal.organization_id) if principal.organization_id else None,
        "sid": str(principal.session_id),
        "role": principal.role,
        "permissions": list(principal.permissions),
        "staff": principal.is_staff,
        "ver": principal.rights_version,
        "docs": principal.must_accept_documents,
    }


def verify_access_token(token: str, *, takes_expired: bool = False) -> Principal:
    """Return the principal that a token proves.

    With ``takes_expired`` an expired token still tells whom it proved.

    Raises:
        InvalidTokenError, TokenExpiredError: the token proves no principal.
        KeySetUnavailableError: no key is known to verify the token with.
    """
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM or header.get("typ") != TOKEN_TYPE:
            raise InvalidTokenError
        kid = str(header.get("kid", ""))
        key = None if revocations.is_retired(kid) else key_set.find(kid)
        if key is None:
            raise InvalidTokenError
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": list(_REQUIRED), "verify_exp": not takes_expired},
        )
        return _principal(msgspec.convert(claims, _Claims))
    except jwt.ExpiredSignatureError as error:
        raise TokenExpiredError from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise InvalidTokenError from error


def _principal(claims: _Claims) -> Principal:
    return Principal(
        PrincipalKind.USER,
        claims.sub,
        claims.org,
        claims.sid,
        claims.role,
        claims.permissions,
        claims.staff,
        rights_version=claims.ver,
        must_accept_documents=claims.docs,
    )
