"""Codes that replace a lost second factor, each good for one use."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from apps.auth.exceptions import NoFactorError
from apps.auth.models import RecoveryCode, User
from apps.auth.operations.security import note_factor_change
from apps.auth.operations.sessions import end_other_sessions
from apps.auth.queries import count_recovery_codes, list_factors, require_fresh_session
from apps.auth.tokens.secrets import hash_secret
from omnify.db import atomic

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


def make_first_recovery_codes(user: User) -> list[str]:
    """Make recovery codes for a user who sets a factor up and has none left, shown this once."""
    return [] if count_recovery_codes(user) else _make(user)


def renew_recovery_codes(*, now: datetime) -> list[str]:
    """Replace all recovery codes by new ones, shown this once.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        NoFactorError: there is no factor that they could replace.
    """
    session = require_fresh_session(now=now)
    if not list_factors(session.user):
        raise NoFactorError
    with atomic("auth"):
        codes = _make(session.user)
        end_other_sessions(session=session, reason="factor changed", now=now)
        what = "New recovery codes were created"
        note_factor_change(session.user, "auth.recovery_codes.renewed", what, now=now)
    return codes


def spend_recovery_code(user: User, code: str, *, now: datetime) -> bool:
    """Use one of a user's codes up; tells whether it was one that is left."""
    left = RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code), used_at=None)
    return bool(left.update(used_at=now))


def is_spent_recovery_code(user: User, code: str) -> bool:
    """Tell whether a code of the user was used before."""
    rows = RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code))
    return rows.exclude(used_at=None).exists()


def _make(user: User) -> list[str]:
    codes = [_format(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes
    )
    return codes


def _format(value: bytes) -> str:
    text = base64.b32encode(value).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(user: User, code: str) -> str:
    # 80 random bits: a fast hash cannot be turned back.
    letters = code.lower().replace("-", "").replace(" ", "")
    return hash_secret(f"{user.id} {letters}")
