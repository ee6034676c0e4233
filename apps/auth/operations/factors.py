"""Second factors: an authenticator app and recovery codes, each code good for one use.

The library's guards live in a process's cache; ours are rows, so that they hold over all processes
and under parallel tries.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils.crypto import salted_hmac

from apps.auth.exceptions import (
    ChallengeInvalidError,
    FactorExistsError,
    FactorRefusedError,
    NoFactorError,
)
from apps.auth.models import LoginChallenge, RecoveryCode, UsedTotpCode, User
from apps.auth.operations import challenges, limits
from apps.auth.operations.encryption import decrypt_text, encrypt_text
from apps.auth.operations.mail import request_mail
from apps.auth.operations.sessions import add_proof, end_other_sessions, get_fresh_session
from apps.auth.queries import count_recovery_codes, find_home, find_totp, list_factors
from apps.auth.tokens.secrets import hash_secret
from omnify.db import atomic
from omnify.identity.audit import record_audit

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_SETUP = "totp setup"
#: Longer than a code is accepted: its own half minute and one on either side.
_CODE_LIVES = timedelta(minutes=3)


class TotpSetup(NamedTuple):
    """What an authenticator app needs, as text, as a link and as a picture."""

    secret: str
    otpauth_uri: str
    qr_svg: str


def set_up_totp(*, now: datetime) -> TotpSetup:
    """A new secret for an authenticator app; it counts once a code of it was shown.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        FactorExistsError: there is one already.
    """
    user = get_fresh_session(now=now).user
    if find_totp(user) is not None:
        raise FactorExistsError
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    with atomic("auth"):
        LoginChallenge.objects.filter(user=user, purpose=_SETUP).delete()
        state = {"secret": encrypt_text(secret)}
        challenges.open_challenge(_SETUP, user=user, state=state, now=now)
    uri = get_adapter().build_totp_url(user, secret)
    return TotpSetup(secret, uri, get_adapter().build_totp_svg(uri))


def confirm_totp(*, code: str, now: datetime) -> list[str]:
    """Take the app into use with a first code; returns recovery codes unless there are some.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        ChallengeInvalidError: no set-up is under way.
        FactorRefusedError: the code is not right.
        RateLimitedError: too many wrong ones.
    """
    session = get_fresh_session(now=now)
    user = session.user
    pending = LoginChallenge.objects.filter(user=user, purpose=_SETUP, expires_at__gt=now).first()
    if pending is None:
        raise ChallengeInvalidError("No set-up is under way; start again.")
    limits.refuse_over(limits.FACTOR, str(user.id), now=now)
    secret = decrypt_text(pending.state["secret"])
    draft = Authenticator(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt_text(secret)}
    )
    if not draft.wrap().validate_code(code):
        limits.count_try(limits.FACTOR, str(user.id), now=now)
        raise FactorRefusedError
    with atomic("auth"):
        User.objects.select_for_update().get(id=user.id)
        _claim_code(user, code, now=now)
        if find_totp(user) is not None:
            raise FactorExistsError
        draft.save()
        pending.delete()
        codes = make_first_recovery_codes(user)
        add_proof(session, "totp")
        end_other_sessions(session=session, reason="factor changed", now=now)
        note_factor_change(user, "auth.totp.added", "An authenticator app was added", now=now)
    return codes


def make_first_recovery_codes(user: User) -> list[str]:
    """Recovery codes for whoever sets a factor up and has none left, shown this once."""
    return [] if count_recovery_codes(user) else _make_recovery_codes(user)


def renew_recovery_codes(*, now: datetime) -> list[str]:
    """New recovery codes in place of all former ones, shown this once.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        NoFactorError: there is no factor that they could replace.
    """
    session = get_fresh_session(now=now)
    if not list_factors(session.user):
        raise NoFactorError
    with atomic("auth"):
        codes = _make_recovery_codes(session.user)
        end_other_sessions(session=session, reason="factor changed", now=now)
        what = "New recovery codes were made"
        note_factor_change(session.user, "auth.recovery_codes.renewed", what, now=now)
    return codes


def disable_factors(*, now: datetime) -> None:
    """Remove all second factors and recovery codes of the user; other sessions end.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old, or was not
            made with a factor that the user has.
    """
    session = get_fresh_session(now=now)
    with atomic("auth"):
        Authenticator.objects.filter(user=session.user).delete()
        RecoveryCode.objects.filter(user=session.user).delete()
        end_other_sessions(session=session, reason="factor changed", now=now)
        what = "Your second factors were removed"
        note_factor_change(session.user, "auth.factors.removed", what, now=now)


def check_code(user: User, *, code: str, now: datetime) -> str:
    """Hold a user to a code of their app, or to a recovery code; returns which it was.

    Of any number of parallel tries with one code one succeeds. Wrong ones are counted per user,
    over all their sign-ins.

    Raises:
        FactorRefusedError: it is wrong, or was used.
        RateLimitedError: too many wrong ones.
    """
    with atomic("auth"):
        # All tries of one user run in turn, so that the limit is exact.
        User.objects.select_for_update().get(id=user.id)
        limits.refuse_over(limits.FACTOR, str(user.id), now=now)
        is_replay = _was_used(user, code)
        method = "" if is_replay else _find_method(user, code, now=now)
        if not method:
            _note_refusal(user, is_replay=is_replay, now=now)
    if not method:
        raise FactorRefusedError
    return method


def claim_for_library(user: User, *, code: str, now: datetime) -> None:
    """Hold a code that allauth found right to our rules: used once, and not after many guesses.

    Raises:
        FactorRefusedError: it was used before.
        RateLimitedError: too many wrong ones came before it.
    """
    with atomic("auth"):
        User.objects.select_for_update().get(id=user.id)
        limits.refuse_over(limits.FACTOR, str(user.id), now=now)
        is_first = bool(code) and _claim_code(user, code, now=now)
    if not is_first:
        raise FactorRefusedError


def note_wrong_code(user: User, *, now: datetime) -> None:
    """Count a code that allauth found wrong."""
    with atomic("auth"):
        _note_refusal(user, is_replay=False, now=now)


def note_factor_change(user: User, action: str, what: str, *, now: datetime) -> None:
    """Tell the user and the audit ledger."""
    request_mail("security_changed", to=user.email, what=what, ended="other sessions", at=now)
    record_audit("auth", action, user_id=user.id)


def _note_refusal(user: User, *, is_replay: bool, now: datetime) -> None:
    home = find_home(user)
    details: dict[str, Any] = {
        "user_id": user.id,
        "organization_id": home.organization_id if home else None,
    }
    reason = "used before" if is_replay else "wrong"
    record_audit("auth", "auth.factor", outcome="refused", reason=reason, **details)
    # A code that was right once tells a thief nothing, and counts for nothing.
    if not is_replay:
        count = limits.count_try(limits.FACTOR, str(user.id), now=now)
        if count == limits.FACTOR.most:
            record_audit("auth", "auth.factor.locked", outcome="refused", **details)


def _find_method(user: User, code: str, *, now: datetime) -> str:
    totp = find_totp(user)
    if totp is not None and totp.wrap().validate_code(code) and _claim_code(user, code, now=now):
        return "totp"
    spent = RecoveryCode.objects.filter(
        user=user, code_hash=_hash_recovery_code(user, code), used_at=None
    ).update(used_at=now)
    return "recovery_code" if spent else ""


def _claim_code(user: User, code: str, *, now: datetime) -> bool:
    UsedTotpCode.objects.filter(expires_at__lt=now).delete()
    _, is_first = UsedTotpCode.objects.get_or_create(
        user=user, code_hash=_hash_code(user, code), defaults={"expires_at": now + _CODE_LIVES}
    )
    return is_first


def _was_used(user: User, code: str) -> bool:
    used = UsedTotpCode.objects.filter(user=user, code_hash=_hash_code(user, code))
    spent = RecoveryCode.objects.filter(user=user, code_hash=_hash_recovery_code(user, code))
    return used.exists() or spent.exclude(used_at=None).exists()


def _make_recovery_codes(user: User) -> list[str]:
    codes = [_format(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_hash_recovery_code(user, code)) for code in codes
    )
    return codes


def _format(value: bytes) -> str:
    text = base64.b32encode(value).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash_code(user: User, code: str) -> str:
    digits = "".join(code.split())
    return salted_hmac("omnify totp code", f"{user.id} {digits}", algorithm="sha256").hexdigest()


def _hash_recovery_code(user: User, code: str) -> str:
    # 80 random bits: a fast hash cannot be turned back.
    letters = code.lower().replace("-", "").replace(" ", "")
    return hash_secret(f"{user.id} {letters}")
