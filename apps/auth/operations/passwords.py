"""Changing and resetting passwords, and what they must not be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.auth.exceptions import PasswordsBusyError, WeakPasswordError, WrongPasswordError
from apps.auth.messages.passwords import PasswordChange
from apps.auth.messages.sessions import Tokens
from apps.auth.models import EmailToken, LoginChallenge, User
from apps.auth.models.passwords import normalize_password
from apps.auth.operations import limits
from apps.auth.operations.addresses import CHANGE, RESET, get_link, spend_link
from apps.auth.operations.api_keys import revoke_api_keys
from apps.auth.operations.hashing import refuse_when_busy
from apps.auth.operations.mail import request_mail
from apps.auth.operations.sessions import Proof, end_other_sessions, renew_session, revoke_sessions
from apps.auth.operations.tokens import issue_tokens
from apps.auth.queries import get_current_session, list_factors
from omnify.db import atomic
from omnify.identity.arrival import Device
from omnify.identity.audit import record_audit

#: A word of the user's own, this long or longer, has no place in the password.
_SHORTEST_GUESS = 4
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def change_password(change: PasswordChange, *, device: Device, now: datetime) -> Tokens:
    """Change the own password: all other sessions end, and this one gets a successor.

    Raises:
        WrongPasswordError: the current one is wrong.
        RateLimitedError: too many wrong ones.
        WeakPasswordError: the new one is refused.
    """
    session = get_current_session(now=now)
    new = change.new_password
    check_password(session.user, change.current_password, now=now)
    refuse_weak_password(new, user=session.user, field="new_password")
    session.user.set_password(new)
    with atomic("auth"):
        _keep_password(session.user, ended="other sessions", now=now)
        end_other_sessions(session=session, reason="password changed", now=now)
        # Where there is a second factor a password proves too little to make the session fresh.
        proof = None if list_factors(session.user) else Proof(methods=("password",))
        heir = renew_session(session=session, device=device, proof=proof, now=now)
    return issue_tokens(heir, now=now)


def check_password(user: User, password: str, *, now: datetime) -> None:
    """Hold a user who is signed in to their password.

    Raises:
        WrongPasswordError: it is wrong.
        RateLimitedError: too many wrong ones, in whichever of the user's sessions.
    """
    refuse_when_busy()
    counted = limits.Spent(limits.PASSWORD, str(user.id))
    limits.spend_try(*counted, now=now)
    try:
        is_right = user.check_password(password)
    except PasswordsBusyError:
        limits.give_back(counted, now=now)
        raise
    if is_right:
        limits.give_back(counted, now=now)
        return
    with atomic("auth"):
        record_audit("auth", "auth.reauthentication", outcome="refused", method="password")
    raise WrongPasswordError


def reset_password(*, secret: str, new: str, now: datetime) -> None:
    """Set a new password with a mailed link; all sessions and API keys end.

    A user who resets may have lost the account to a thief, who may have made keys.

    Raises:
        LinkInvalidError: the link is of no use.
        WeakPasswordError: the password is refused; the link can be used again.
    """
    link = get_link(RESET, secret=secret, now=now)
    refuse_weak_password(new, user=link.user, field="new_password")
    link.user.set_password(new)
    with atomic("auth"):
        spend_link(RESET, secret=secret, now=now)
        _keep_password(link.user, ended="sessions and API keys", now=now)
        _end_all(link.user, now=now)


def replace_password(*, email: str, new: str, now: datetime) -> bool:
    """Set a user's password as an operator; all sessions and API keys end, as after a reset.

    Returns:
        Whether there is such a user.

    Raises:
        WeakPasswordError: the password is refused.
    """
    user = User.objects.find_by_email(email)
    if user is None:
        return False
    refuse_weak_password(new, user=user)
    user.set_password(new)
    with atomic("auth"):
        _keep_password(user, ended="sessions and API keys", now=now)
        _end_all(user, now=now)
    return True


def refuse_weak_password(
    password: str, *, user: User, words: Iterable[str] = (), field: str = "password"
) -> None:
    """Refuse a password that is short or common, or contains the user's own words.

    Raises:
        WeakPasswordError: with the reasons.
    """
    normal = normalize_password(password).lower()
    names = (*words, user.first_name, user.last_name)
    context_words = [*names, *_BETWEEN_WORDS.split(" ".join((*names, user.email)))]
    problems = [
        f"It contains '{word}', which is easy to guess."
        for word in dict.fromkeys(context_words)
        if len(word) >= _SHORTEST_GUESS and normalize_password(word).lower() in normal
    ]
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems.extend(error.messages)
    if problems:
        raise WeakPasswordError(errors=[{"field": field, "message": text} for text in problems])


def _end_all(user: User, *, now: datetime) -> None:
    revoke_sessions(now=now, reason="password reset", user_id=user.id)
    revoke_api_keys(now=now, user_id=user.id)


def _keep_password(user: User, *, ended: str, now: datetime) -> None:
    """Write the password that was set before the transaction, which must not wait for a hash."""
    user.save(update_fields=["password"])
    # A thief may have asked for another address before the owner took the account back.
    links = EmailToken.objects.filter(user=user, purpose__in=(RESET, CHANGE), used_at=None)
    links.update(used_at=now)
    # Sign-ins with the former password that wait for their second step.
    LoginChallenge.objects.filter(user=user).delete()
    what = "Your password was changed"
    request_mail("security_changed", to=user.email, what=what, ended=ended, at=now)
    record_audit("auth", "auth.password.changed", user_id=user.id)
