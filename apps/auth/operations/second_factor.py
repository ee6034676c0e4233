"""Answering a challenge: the second step of a sign-in, and proving oneself again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.auth.exceptions import ChallengeInvalidError, FactorRefusedError, WrongPasswordError
from apps.auth.models import LoginChallenge, User
from apps.auth.operations import challenges, passkeys
from apps.auth.operations.factors import check_code
from apps.auth.operations.passwords import check_password
from apps.auth.operations.sessions import (
    Device,
    Proof,
    TokenPair,
    issue_tokens,
    renew_session,
)
from apps.auth.operations.sign_in import enter
from apps.auth.queries import get_live_session, list_factors
from omnify.db import atomic
from omnify.identity.audit import record_audit
from omnify.services.messages import Message

LOGIN, AGAIN = "login", "reauthentication"


class Answer(Message):
    """What somebody answers with: one of these; ``host`` is the one that they see."""

    code: str = ""
    password: str = ""
    challenge: str = ""
    host: str = ""


def passkey_options(*, challenge: str, host: str, now: datetime) -> dict[str, Any]:
    """The browser's options to answer a pending sign-in with a passkey.

    Raises:
        ChallengeInvalidError: the sign-in is over.
    """
    pending = challenges.get_challenge(LOGIN, secret=challenge, now=now)
    return passkeys.begin_answer(pending, host=host)


def finish_sign_in(
    answer: Answer, *, credential: dict[str, Any] | None, device: Device, now: datetime
) -> tuple[User, TokenPair]:
    """Open the session of a sign-in that waits for its second factor.

    A wrong answer leaves the challenge open; a right one uses it up, once.

    Raises:
        ChallengeInvalidError: the sign-in is over.
        FactorRefusedError: the answer is wrong, or was used before.
        RateLimitedError: too many wrong answers of this user.
    """
    pending = challenges.get_challenge(LOGIN, secret=answer.challenge, now=now)
    user = _user_of(pending)
    method = _check(pending, answer, credential, now)
    is_remembered = bool(pending.state.get("is_remembered"))
    device = Device(
        user_agent=device.user_agent,
        address=device.address,
        name=str(pending.state.get("device_name", "")),
    )
    proof = Proof(methods=("password", method), is_remembered=is_remembered)
    with atomic("auth"):
        challenges.spend_challenge(pending, now=now)
        return user, enter(user, device=device, proof=proof, now=now)


def begin_reauthentication(*, host: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """A challenge and the browser's options to prove oneself again with a passkey."""
    user = get_live_session(now=now).user
    secret = challenges.open_challenge(AGAIN, user=user, now=now)
    pending = challenges.get_challenge(AGAIN, secret=secret, now=now)
    return secret, passkeys.begin_answer(pending, host=host)


def reauthenticate(
    answer: Answer, *, credential: dict[str, Any] | None, device: Device, now: datetime
) -> TokenPair:
    """Prove oneself again: with a factor where there is one, else with the password.

    The session gets a successor, and the old one is dead.

    Raises:
        WrongPasswordError, FactorRefusedError, ChallengeInvalidError: the answer is wrong.
        RateLimitedError: too many wrong answers.
    """
    session = get_live_session(now=now)
    if answer.code:
        method = check_code(session.user, code=answer.code, now=now)
    elif credential is not None:
        pending = challenges.get_challenge(AGAIN, secret=answer.challenge, now=now)
        if pending.user_id != session.user_id:
            raise ChallengeInvalidError
        method = _check(pending, answer, credential, now)
        challenges.spend_challenge(pending, now=now)
    elif list_factors(session.user):
        raise WrongPasswordError("A second factor is set up: prove yourself with it.")
    else:
        check_password(session.user, answer.password, now=now)
        method = "password"
    with atomic("auth"):
        proof = Proof(methods=(method,))
        heir = renew_session(session=session, device=device, proof=proof, now=now)
        record_audit("auth", "auth.reauthentication", method=method, address=device.address)
    return issue_tokens(heir, now=now)


def _user_of(pending: LoginChallenge) -> User:
    if pending.user is None:
        raise ChallengeInvalidError
    return pending.user


def _check(
    pending: LoginChallenge, answer: Answer, credential: dict[str, Any] | None, now: datetime
) -> str:
    if credential is not None:
        passkeys.check_passkey(pending, credential=credential, host=answer.host, now=now)
        return "passkey"
    if not answer.code:
        raise FactorRefusedError
    return check_code(_user_of(pending), code=answer.code, now=now)
