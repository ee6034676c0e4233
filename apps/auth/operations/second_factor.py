"""Second factors: an authenticator app and recovery codes, each code good for one use.

The library's guards live in a process's cache; ours are rows, so that they hold over all processes
and under parallel tries.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils.crypto import salted_hmac

from apps.auth.exceptions import ChallengeInvalidError, FactorExistsError, FactorRefusedError
from apps.auth.messages.second_factor import FactorAnswer, TotpSetup
from apps.auth.models import LoginChallenge, RecoveryCode, UsedTotpCode, User
from apps.auth.models.second_factor import TOTP_PURPOSE
from apps.auth.operations import challenges, limits, passkeys
from apps.auth.operations.recovery_codes import (
    is_spent_recovery_code,
    make_first_recovery_codes,
    spend_recovery_code,
)
from apps.auth.operations.security import note_factor_change
from apps.auth.operations.sessions import add_proof, end_other_sessions
from apps.auth.queries import find_home, find_totp, require_fresh_session
from omnify.db import atomic
from omnify.encryption import decrypt_text, encrypt_text
from omnify.identity.audit import record_audit

_SETUP = "totp setup"
#: Longer than a code is accepted: its own half minute and one on either side.
_CODE_LIVES = timedelta(minutes=3)


def set_up_totp(*, now: datetime) -> TotpSetup:
    """Make a secret for an authenticator app; it counts once a code of it was entered.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        FactorExistsError: there is one already.
    """
    user = require_fresh_session(now=now).user
    if find_totp(user) is not None:
        raise FactorExistsError
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    with atomic("auth"):
        LoginChallenge.objects.filter(user=user, purpose=_SETUP).delete()
        state = {"secret": encrypt_text(secret, purpose=TOTP_PURPOSE)}
        challenges.open_challenge(_SETUP, user=user, state=state, now=now)
    return _describe_setup(user, secret)


def find_totp_setup(*, now: datetime) -> TotpSetup | None:
    """Return what the app needs of a set-up that is under way, None without one.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
    """
    user = require_fresh_session(now=now).user
    pending = _find_pending(user, now=now)
    if pending is None:
        return None
    return _describe_setup(user, decrypt_text(pending.state["secret"], purpose=TOTP_PURPOSE))


def _find_pending(user: User, *, now: datetime) -> LoginChallenge | None:
    pending = LoginChallenge.objects.filter(user=user, purpose=_SETUP, expires_at__gt=now)
    return pending.first()


def _describe_setup(user: User, secret: str) -> TotpSetup:
    uri = get_adapter().build_totp_url(user, secret)
    picture = get_adapter().build_totp_svg(uri)
    return TotpSetup(secret=secret, otpauth_uri=uri, qr_svg=picture)


def confirm_totp(*, code: str, now: datetime) -> list[str]:
    """Take the app into use with a first code; returns recovery codes unless there are some.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        ChallengeInvalidError: no set-up is under way.
        FactorRefusedError: the code is wrong.
        RateLimitedError: too many wrong ones.
    """
    session = require_fresh_session(now=now)
    user = session.user
    pending = _find_pending(user, now=now)
    if pending is None:
        raise ChallengeInvalidError("No set-up is under way; start again.")
    limits.refuse_over(limits.FACTOR, str(user.id), now=now)
    secret = decrypt_text(pending.state["secret"], purpose=TOTP_PURPOSE)
    draft = Authenticator(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": encrypt_text(secret, purpose=TOTP_PURPOSE)},
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


def disable_factors(*, now: datetime) -> None:
    """Remove all second factors and recovery codes of the user; other sessions end.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old, or was not
            made with a factor that the user has.
    """
    session = require_fresh_session(now=now)
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


def check_answer(
    challenge: LoginChallenge, answer: FactorAnswer, *, host: str, now: datetime
) -> str:
    """Hold the answer to a challenge to be a passkey or a code; returns which it was.

    Args:
        challenge: whose user answers.
        answer: what they answer.
        host: the one that their browser sees.
        now: the time.

    Raises:
        ChallengeInvalidError: the challenge is nobody's.
        FactorRefusedError: the answer is wrong, or was used before.
        RateLimitedError: too many wrong ones.
    """
    if answer.passkey:
        passkeys.check_passkey(challenge, credential=answer.passkey, host=host, now=now)
        return "passkey"
    if not answer.any_code:
        raise FactorRefusedError
    return check_code(user_of(challenge), code=answer.any_code, now=now)


def user_of(challenge: LoginChallenge) -> User:
    """Return whom a challenge is for.

    Raises:
        ChallengeInvalidError: it is nobody's.
    """
    if challenge.user is None:
        raise ChallengeInvalidError
    return challenge.user


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
    return "recovery_code" if spend_recovery_code(user, code, now=now) else ""


def _claim_code(user: User, code: str, *, now: datetime) -> bool:
    UsedTotpCode.objects.filter(expires_at__lt=now).delete()
    _, is_first = UsedTotpCode.objects.get_or_create(
        user=user, code_hash=_hash_code(user, code), defaults={"expires_at": now + _CODE_LIVES}
    )
    return is_first


def _was_used(user: User, code: str) -> bool:
    used = UsedTotpCode.objects.filter(user=user, code_hash=_hash_code(user, code))
    return used.exists() or is_spent_recovery_code(user, code)


def _hash_code(user: User, code: str) -> str:
    digits = "".join(code.split())
    return salted_hmac("omnify totp code", f"{user.id} {digits}", algorithm="sha256").hexdigest()
