"""Passkeys: registering them and answering with them (WebAuthn), on allauth's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http.request import split_domain_port
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.auth.exceptions import (
    FactorRefusedError,
    PasskeyKnownError,
    PasskeyNeedsNameError,
    PasskeyNotFoundError,
)
from apps.auth.messages.challenges import PasskeyOptions
from apps.auth.messages.passkeys import PasskeyInput
from apps.auth.models import LoginChallenge, RecoveryCode, User
from apps.auth.operations import challenges
from apps.auth.operations.recovery_codes import make_first_recovery_codes
from apps.auth.operations.security import note_factor_change
from apps.auth.operations.sessions import add_proof, end_other_sessions, lock_user
from apps.auth.queries import list_factors, list_passkeys, require_fresh_session
from omnify.db import atomic
from omnify.identity.addresses import is_ip_address

_REGISTER = "passkey registration"
#: What the library raises for an answer that is malformed or does not prove the key.
_REFUSALS = (ValueError, TypeError, KeyError, AttributeError)


def begin_registration(*, host: str, now: datetime) -> PasskeyOptions:
    """Return a challenge and the options for the browser's ``navigator.credentials.create``.

    Raises:
        PasskeyNeedsNameError: ``host`` is an IP address.
        ReauthenticationRequiredError: the session's proof of identity is too old.
    """
    user = require_fresh_session(now=now).user
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(user.id).encode(), name=user.email, display_name=f"{user}"
        ),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    challenge = challenges.open_challenge(_REGISTER, user=user, state=state, now=now)
    return PasskeyOptions(challenge=challenge, options=dict(options))


def complete_registration(
    passkey_input: PasskeyInput, *, host: str, now: datetime
) -> tuple[Authenticator, list[str]]:
    """Take a new passkey into use; returns recovery codes too unless there are some.

    Without them a user who loses the device would be locked out for good. Other sessions end.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        ChallengeInvalidError: the ceremony has expired.
        FactorRefusedError: the browser's answer proves no key.
        PasskeyKnownError: the user has this passkey already.
        PasskeyNeedsNameError: ``host`` is an IP address.
    """
    session = require_fresh_session(now=now)
    pending = challenges.get_challenge(_REGISTER, secret=passkey_input.challenge, now=now)
    if pending.user_id != session.user_id:
        raise FactorRefusedError
    try:
        made = _server(host).register_complete(pending.state, passkey_input.credential)
    except _REFUSALS as error:
        raise FactorRefusedError from error
    with atomic("auth"):
        lock_user(session.user_id)
        known = {each.credential_id for each in _credentials(session.user)}
        if made.credential_data and made.credential_data.credential_id in known:
            raise PasskeyKnownError
        challenges.spend_challenge(pending, now=now)
        passkey = Authenticator.objects.create(
            user=session.user,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": passkey_input.name, "credential": passkey_input.credential},
        )
        codes = make_first_recovery_codes(session.user)
        add_proof(session, "passkey")
        end_other_sessions(session=session, reason="factor changed", now=now)
        note_factor_change(session.user, "auth.passkey.added", "A passkey was added", now=now)
    return passkey, codes


def remove_passkey(*, passkey_id: int, now: datetime) -> None:
    """Remove one of the user's passkeys; other sessions end.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        PasskeyNotFoundError: the user has no such passkey.
    """
    session = require_fresh_session(now=now)
    with atomic("auth"):
        if not list_passkeys(session.user).filter(id=passkey_id).delete()[0]:
            raise PasskeyNotFoundError(passkey_id=passkey_id)
        if not list_factors(session.user):
            # They replace no factor any more; the next one comes with its own.
            RecoveryCode.objects.filter(user=session.user).delete()
        end_other_sessions(session=session, reason="factor changed", now=now)
        note_factor_change(session.user, "auth.passkey.removed", "A passkey was removed", now=now)


def begin_answer(challenge: LoginChallenge, *, host: str) -> dict[str, Any]:
    """Return the options for the browser's ``navigator.credentials.get``, to answer a challenge.

    Raises:
        PasskeyNeedsNameError: ``host`` is an IP address.
    """
    if challenge.user is None:
        return {}
    options, state = _server(host).authenticate_begin(
        credentials=_credentials(challenge.user),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    with atomic("auth"):
        rows = LoginChallenge.objects.filter(id=challenge.id)
        rows.update(state={**challenge.state, "passkey": state})
    return dict(options)


def begin_discovery(*, host: str) -> tuple[dict[str, Any], Any]:
    """Return the options for ``navigator.credentials.get`` of whoever it is, and their state.

    It stands for a password too, so that the device has to verify its user.

    Raises:
        PasskeyNeedsNameError: ``host`` is an IP address.
    """
    options, state = _server(host).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), state


def find_holder(credential: dict[str, Any]) -> User | None:
    """Return the user whose passkey a browser's answer says it is; proves nothing yet."""
    try:
        handle = websafe_decode(credential["response"]["userHandle"])
        return User.objects.filter(id=UUID(handle.decode()), is_active=True).first()
    except _REFUSALS:
        return None


def check_passkey(
    challenge: LoginChallenge, *, credential: dict[str, Any], host: str, now: datetime
) -> None:
    """Hold the answer to a challenge to one of the user's passkeys.

    Raises:
        FactorRefusedError: the answer proves none of them.
        PasskeyNeedsNameError: ``host`` is an IP address.
    """
    user, state = challenge.user, challenge.state.get("passkey")
    if user is None or state is None:
        raise FactorRefusedError
    try:
        used = _server(host).authenticate_complete(state, _credentials(user), credential)
        ids = [row.id for row in list_passkeys(user) if _data(row) == used]
    except _REFUSALS as error:
        raise FactorRefusedError from error
    rows = Authenticator.objects.filter(id__in=ids)
    with atomic("auth"):
        rows.update(last_used_at=now)


def _server(host: str) -> Fido2Server:
    name, _ = split_domain_port(host)
    if is_ip_address(name.strip("[]")):
        raise PasskeyNeedsNameError(host=name)
    # The library takes https origins of the host, or localhost, and no others.
    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name="Omnify"))


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [_data(row) for row in list_passkeys(user)]


def _data(row: Authenticator) -> AttestedCredentialData:
    data: AttestedCredentialData = row.wrap().authenticator_data.credential_data
    return data
