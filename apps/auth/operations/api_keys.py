"""The keys of programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError

from apps.auth.exceptions import ApiKeyNotFoundError
from apps.auth.messages.api_keys import ApiKeyInput
from apps.auth.models import ApiKey
from apps.auth.queries import get_current_session, require_fresh_session
from apps.auth.roles import refuse_more_than_own
from apps.auth.tokens.secrets import make_secret
from omnify.context import current, current_organization_id, current_user_id
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.api_keys import PREFIX, hash_key
from omnify.identity.audit import Target, record_audit
from omnify.identity.contract import SessionRevoked

log = structlog.get_logger(__name__)
#: ``last_used_at`` is exact to this much, so that reads stay reads.
USE_NOTED_EVERY = timedelta(minutes=1)
_READABLE = 12


def create_api_key(key_input: ApiKeyInput, *, now: datetime) -> tuple[ApiKey, str]:
    """Make a key; its text is returned here and never again.

    Any member may who proved lately who they are; a key may not make another.

    Raises:
        NoSessionError: the caller uses an API key.
        ReauthenticationRequiredError: the session's proof of identity is too old.
        MoreThanOwnError: it would hold what its maker lacks.
    """
    require_fresh_session(now=now)
    refuse_more_than_own(key_input.permissions, current().principal.permissions)
    text = PREFIX + make_secret()
    with atomic("auth"):
        key = ApiKey.objects.create(
            user_id=current_user_id(),
            organization_id=current_organization_id(),
            name=key_input.name,
            prefix=text[:_READABLE],
            key_hash=hash_key(text),
            permissions=sorted(set(key_input.permissions)),
            created_at=now,
            expires_at=key_input.expires_at,
        )
        _record("auth.api_key.created", key)
    return key, text


def revoke_api_key(*, key_id: UUID, now: datetime) -> None:
    """End one of the user's own keys, everywhere within a second.

    Raises:
        NoSessionError: the caller uses an API key.
        ApiKeyNotFoundError: the user has no such active key.
    """
    get_current_session(now=now)
    place = {"user_id": current_user_id(), "organization_id": current_organization_id()}
    if not revoke_api_keys(now=now, id=key_id, **place):
        raise ApiKeyNotFoundError(key_id=key_id)


def revoke_api_keys(*, now: datetime, **which: Any) -> int:
    """End the keys that match, everywhere within a second; returns how many were active."""
    with atomic("auth"):
        active = ApiKey.objects.filter(revoked_at=None, **which)
        ended = list(active.select_for_update().order_by("id"))
        ApiKey.objects.filter(id__in=[key.id for key in ended]).update(revoked_at=now)
        for key in ended:
            publish(SessionRevoked(session_id=key.id))
            _record("auth.api_key.revoked", key)
    return len(ended)


def note_use(key: ApiKey, *, now: datetime) -> None:
    """Note that a key was used, to the minute; a database that takes no writes stops no use."""
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    try:
        with atomic("auth"):
            ApiKey.objects.filter(id=key.id).update(last_used_at=now)
    except DatabaseError as error:
        log.warning("api_key_use_not_noted", reason=str(error))


def _record(action: str, key: ApiKey) -> None:
    record_audit(
        "auth",
        action,
        target=Target(type="api_key", id=str(key.id)),
        # At a password reset nobody is signed in: it is the user of the mailed link.
        user_id=current().principal.user_id or key.user_id,
        organization_id=key.organization_id,
        prefix=key.prefix,
    )
