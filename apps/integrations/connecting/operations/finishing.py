"""Taking a person back from a platform, once, in the browser that left for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from apps.auth.contract import Auth
from apps.integrations.authorizing.models import OAuthState
from apps.integrations.connecting.operations import states
from apps.integrations.connecting.operations.keeping import connect, taking_grant
from apps.integrations.exceptions import (
    ConsentDeniedError,
    OAuthStateInvalidError,
    PlatformRefusedError,
)
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent, OAuth
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Grant
from omnify.context import Principal, PrincipalKind, acting_as
from omnify.encryption import decrypt_text
from omnify.services import client_of

_CONNECT: Final = "integration:connect"
_ERROR: Final = re.compile(r"[a-z0-9_.-]{1,60}", re.IGNORECASE)


class Return(NamedTuple):
    """A person who comes back: what the platform sent along, and what their browser brought.

    ``viewer_id`` is who is signed in in that browser, None where nobody is.
    """

    query: Mapping[str, str]
    cookies: Mapping[str, str]
    callback_url: str
    viewer_id: UUID | None = None


class Finished(NamedTuple):
    """What was connected, and whether a colleague did it for a member."""

    connection_id: UUID
    is_by_link: bool


def finish_consent(platform: str, back: Return, now: datetime) -> Finished:
    """Connect what a person consented to, in the name of the member who began it.

    Raises:
        OAuthStateInvalidError: the way back is not theirs, not now, or not once.
        ConsentDeniedError: the person said no.
        AccountDiffersError: it was to be another account.
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: it gave nothing.
    """
    row = states.find_state(platform, back.query.get("state", ""), back.cookies, now)
    if row is None:
        raise OAuthStateInvalidError
    with acting_as(member_of(row)):
        oauth = open_oauth(platform)
        _refuse_foreign(row, oauth, back)
        if not states.consume(row, now):
            raise OAuthStateInvalidError
        _refuse_denied(platform, back.query)
        grant = _redeem(row, oauth, back, now)
        made = connect(platform, grant, now=now, connection_id=row.connection_id)
    return Finished(made.id, row.purpose == OAuthState.Purpose.COLLEAGUE)


def member_of(row: OAuthState) -> Principal:
    """Return the member in whose name a way is gone, without rights of their own."""
    return Principal(
        kind=PrincipalKind.USER, user_id=row.user_id, organization_id=row.organization_id
    )


def _refuse_foreign(row: OAuthState, oauth: OAuth, back: Return) -> None:
    """Refuse what another platform or person sent, and whoever may not connect any more."""
    is_own = row.purpose == OAuthState.Purpose.COLLEAGUE or back.viewer_id in (None, row.user_id)
    is_from_platform = oauth.check_callback(back.query, row.shop) and (
        not oauth.spec.issuer or back.query.get("iss") == oauth.spec.issuer
    )
    may_connect = is_own and is_from_platform
    if not (may_connect and client_of(Auth).check_permission(row.user_id, _CONNECT)):
        raise OAuthStateInvalidError


def _refuse_denied(platform: str, query: Mapping[str, str]) -> None:
    error = query.get("error", "")
    name = get_adapter(platform).spec.name
    if error == "access_denied":
        raise ConsentDeniedError(name=name)
    if error:
        word = error if _ERROR.fullmatch(error) else "an error"
        raise PlatformRefusedError(name=name, words=f"It answered with {word}.")


def _redeem(row: OAuthState, oauth: OAuth, back: Return, now: datetime) -> Grant:
    """Return what a person's code is good for, with all that is known of it."""
    code = back.query.get(oauth.code_name, "")
    if not code:
        name = get_adapter(row.platform).spec.name
        raise PlatformRefusedError(name=name, words="It sent no code.")
    verifier = row.verifier_encrypted
    consent = Consent(
        redirect_uri=back.callback_url,
        verifier=decrypt_text(verifier, purpose=row.secret_purpose) if verifier else "",
        shop=row.shop,
    )
    with taking_grant(row.platform):
        grant = oauth.redeem(code, consent, now)
    # A platform that does not say what it granted granted what it was asked for.
    asked = tuple(scope.name for scope in oauth.spec.scopes)
    facts = {"shop": row.shop, **grant.facts} if row.shop else grant.facts
    return msgspec.structs.replace(grant, scopes=grant.scopes or asked, facts=facts)
