"""Proving oneself again."""

from __future__ import annotations

from datetime import datetime

from apps.auth.exceptions import ChallengeInvalidError, WrongPasswordError
from apps.auth.messages.challenges import PasskeyOptions
from apps.auth.messages.reauthentication import Reauthentication
from apps.auth.messages.sessions import Tokens
from apps.auth.operations import challenges, passkeys
from apps.auth.operations.passwords import check_password
from apps.auth.operations.second_factor import check_answer, check_code
from apps.auth.operations.sessions import Proof, renew_session
from apps.auth.operations.tokens import issue_tokens
from apps.auth.queries import get_current_session, list_factors
from omnify.db import atomic
from omnify.identity.arrival import Device
from omnify.identity.audit import record_audit

_PURPOSE = "reauthentication"


def begin_reauthentication(*, host: str, now: datetime) -> PasskeyOptions:
    """Return a challenge and the browser's options to prove oneself again with a passkey."""
    user = get_current_session(now=now).user
    secret = challenges.open_challenge(_PURPOSE, user=user, now=now)
    pending = challenges.get_challenge(_PURPOSE, secret=secret, now=now)
    return PasskeyOptions(challenge=secret, options=passkeys.begin_answer(pending, host=host))


def reauthenticate(answer: Reauthentication, *, host: str, device: Device, now: datetime) -> Tokens:
    """Prove oneself again: with a factor where there is one, else with the password.

    The session gets a successor, and the old one is dead.

    Raises:
        WrongPasswordError, FactorRefusedError, ChallengeInvalidError: the answer is wrong.
        RateLimitedError: too many wrong answers.
    """
    session = get_current_session(now=now)
    if answer.any_code:
        method = check_code(session.user, code=answer.any_code, now=now)
    elif answer.passkey:
        secret = answer.challenge or ""
        pending = challenges.get_challenge(_PURPOSE, secret=secret, now=now)
        if pending.user_id != session.user_id:
            raise ChallengeInvalidError
        method = check_answer(pending, answer, host=host, now=now)
        challenges.spend_challenge(pending, now=now)
    elif list_factors(session.user):
        raise WrongPasswordError("A second factor is set up: prove yourself with it.")
    else:
        check_password(session.user, answer.password or "", now=now)
        method = "password"
    with atomic("auth"):
        proof = Proof(methods=(method,))
        heir = renew_session(session=session, device=device, proof=proof, now=now)
        record_audit("auth", "auth.reauthentication", method=method, address=device.address)
    return issue_tokens(heir, now=now)
