"""Signing in: password, then the second factor where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from apps.auth.exceptions import (
    EmailNotVerifiedError,
    FactorRefusedError,
    InvalidCredentialsError,
    PasswordsBusyError,
)
from apps.auth.messages.challenges import PasskeyOptions
from apps.auth.messages.sessions import Tokens
from apps.auth.messages.sign_in import Login, SecondStep
from apps.auth.models import Membership, User
from apps.auth.models.passwords import spend_check
from apps.auth.operations import challenges, limits, passkeys
from apps.auth.operations.hashing import refuse_when_busy, remember_address
from apps.auth.operations.second_factor import check_answer, user_of
from apps.auth.operations.sessions import Proof, lock_user, open_session
from apps.auth.operations.tokens import issue_tokens
from apps.auth.queries import find_home, is_email_verified, is_verification_mandatory, list_factors
from omnify.db import atomic
from omnify.email_addresses import fold_email
from omnify.identity.arrival import Device
from omnify.identity.audit import record_audit

_PURPOSE, _BY_PASSKEY = "login", "passkey sign-in"
_NO_SUCH_PASSKEY = (
    "This passkey opens no account here. Sign in with your password, then add it under My account."
)


class SignIn(NamedTuple):
    """The outcome of a sign-in: tokens, or a challenge for one of the methods."""

    user: User
    tokens: Tokens | None = None
    challenge: str = ""
    methods: tuple[str, ...] = ()


def sign_in(login: Login, *, device: Device, now: datetime) -> SignIn:
    """Open a session for a user who knows the password, or ask for the second factor.

    Raises:
        InvalidCredentialsError: alike for an unknown address, a wrong password, a disabled or
            locked user and one without an organization; each costs one hash.
        EmailNotVerifiedError: the password is right, and the address has to be proven first.
        RateLimitedError: too many wrong passwords from this address, whatever the account.
    """
    address = device.address or ""
    user = check_credentials(email=login.email, password=login.password, address=address, now=now)
    methods = list_factors(user)
    if methods:
        state = {"is_remembered": login.remember_me, "device_name": login.device_name}
        challenge = challenges.open_challenge(_PURPOSE, user=user, state=state, now=now)
        return SignIn(user, challenge=challenge, methods=methods)
    proof = Proof(methods=("password",), is_remembered=login.remember_me)
    device = replace(device, name=login.device_name)
    return SignIn(user, tokens=enter(user, device=device, proof=proof, now=now))


def begin_answer(challenge: str, *, host: str, now: datetime) -> PasskeyOptions:
    """Return the browser's options to answer a pending sign-in with a passkey.

    Raises:
        ChallengeInvalidError: the sign-in has expired.
    """
    pending = challenges.get_challenge(_PURPOSE, secret=challenge, now=now)
    return PasskeyOptions(challenge=challenge, options=passkeys.begin_answer(pending, host=host))


def finish_sign_in(
    answer: SecondStep, *, host: str, device: Device, now: datetime
) -> tuple[User, Tokens]:
    """Open the session of a sign-in that waits for its second factor.

    A wrong answer leaves the challenge open; a right one uses it up, once.

    Raises:
        ChallengeInvalidError: the sign-in has expired.
        FactorRefusedError: the answer is wrong, or was used before.
        RateLimitedError: too many wrong answers of this user.
    """
    pending = challenges.get_challenge(_PURPOSE, secret=answer.challenge, now=now)
    user = user_of(pending)
    method = check_answer(pending, answer, host=host, now=now)
    is_remembered = bool(pending.state.get("is_remembered"))
    device = replace(device, name=str(pending.state.get("device_name", "")))
    proof = Proof(methods=("password", method), is_remembered=is_remembered)
    with atomic("auth"):
        challenges.spend_challenge(pending, now=now)
        return user, enter(user, device=device, proof=proof, now=now)


def begin_with_passkey(*, host: str, device: Device, now: datetime) -> PasskeyOptions:
    """Return a challenge and the browser's options to sign in with a passkey alone.

    Raises:
        PasskeyNeedsNameError: ``host`` is an IP address.
        RateLimitedError: too many were begun from this address.
    """
    limits.spend_try(limits.PASSKEY, limits.place_of(device.address), now=now)
    options, state = passkeys.begin_discovery(host=host)
    kept = {"passkey": state}
    challenge = challenges.open_challenge(_BY_PASSKEY, user=None, state=kept, now=now)
    return PasskeyOptions(challenge=challenge, options=options)


def sign_in_with_passkey(answer: SecondStep, *, host: str, device: Device, now: datetime) -> Tokens:
    """Open a session for the holder of a passkey, whose device verified them.

    Raises:
        ChallengeInvalidError: the sign-in has expired.
        FactorRefusedError: alike for an unknown passkey, a wrong proof and a disabled user.
        EmailNotVerifiedError: the address has to be proven first.
    """
    pending = challenges.get_challenge(_BY_PASSKEY, secret=answer.challenge, now=now)
    credential = answer.passkey or {}
    pending.user = passkeys.find_holder(credential)
    try:
        passkeys.check_passkey(pending, credential=credential, host=host, now=now)
    except FactorRefusedError as error:
        raise FactorRefusedError(_NO_SUCH_PASSKEY) from error
    user = user_of(pending)
    if is_verification_mandatory() and not is_email_verified(user):
        raise EmailNotVerifiedError
    with atomic("auth"):
        challenges.spend_challenge(pending, now=now)
        return enter(user, device=device, proof=Proof(methods=("passkey",)), now=now)


def check_credentials(*, email: str, password: str, address: str, now: datetime) -> User:
    """Return the user who may sign in with a password; refuses as ``sign_in`` does."""
    refuse_when_busy()
    user = User.objects.find_by_email(email)
    counted = limits.begin_sign_in(fold_email(email), address, user=user, now=now)
    try:
        is_right = _is_right(user, password)
    except PasswordsBusyError:
        limits.give_back(*counted.spent, now=now)
        raise
    home = find_home(user)
    if user is None or not is_right or counted.is_locked or not user.is_active or home is None:
        _note_failure(counted, address, user=user, home=home, is_right=is_right)
        raise InvalidCredentialsError
    limits.give_back(*counted.spent, now=now)
    remember_address()
    if is_verification_mandatory() and not is_email_verified(user):
        raise EmailNotVerifiedError
    return user


def enter(user: User, *, device: Device, proof: Proof, now: datetime) -> Tokens:
    """Open a session in the organization that the user was in last, and issue its tokens.

    Raises:
        InvalidCredentialsError: the user is disabled, belongs to no organization, or has changed
            the password meanwhile.
    """
    home = find_home(user)
    with atomic("auth"):
        present = lock_user(user.id)
        if home is None or not present.is_active or present.password != user.password:
            raise InvalidCredentialsError
        session = open_session(
            user=user, organization=home.organization, device=device, proof=proof, now=now
        )
    return issue_tokens(session, now=now)


def _is_right(user: User | None, password: str) -> bool:
    if user is None:
        spend_check(password)
        return False
    return user.check_password(password)


def _note_failure(
    counted: limits.SignInTry,
    address: str,
    *,
    user: User | None,
    home: Membership | None,
    is_right: bool,
) -> None:
    details: dict[str, Any] = {
        "user_id": user.id if user else None,
        "organization_id": home.organization_id if home else None,
        "address": address,
    }
    with atomic("auth"):
        reason = "locked" if counted.is_locked else "wrong"
        record_audit("auth", "auth.sign_in", outcome="refused", reason=reason, **details)
        if counted.closes and not is_right:
            to = counted.closes
            record_audit("auth", "auth.account.locked", outcome="refused", to=to, **details)
