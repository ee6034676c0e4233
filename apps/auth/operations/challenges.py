"""What a browser or program has to answer: a second factor, or a passkey's ceremony."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.auth.exceptions import ChallengeInvalidError
from apps.auth.models import LoginChallenge, User
from apps.auth.tokens.secrets import hash_secret, make_secret
from omnify.db import atomic

LIFETIME = timedelta(minutes=5)


def open_challenge(
    purpose: str, *, user: User | None, now: datetime, state: dict[str, Any] | None = None
) -> str:
    """Open a challenge for five minutes and return its secret."""
    secret = make_secret()
    with atomic("auth"):
        LoginChallenge.objects.filter(expires_at__lt=now).delete()
        LoginChallenge.objects.create(
            token_hash=hash_secret(secret),
            purpose=purpose,
            user=user,
            state=state or {},
            created_at=now,
            expires_at=now + LIFETIME,
        )
    return secret


def get_challenge(purpose: str, *, secret: str, now: datetime) -> LoginChallenge:
    """Return an open challenge, with its user.

    Raises:
        ChallengeInvalidError: it is unknown, was used, or has expired.
    """
    usable = LoginChallenge.objects.select_related("user").filter(
        token_hash=hash_secret(secret), purpose=purpose, used_at=None, expires_at__gt=now
    )
    challenge = usable.first()
    if challenge is None:
        raise ChallengeInvalidError
    return challenge


def spend_challenge(challenge: LoginChallenge, *, now: datetime) -> None:
    """Use a challenge up; of any number of parallel tries one does.

    Raises:
        ChallengeInvalidError: another one did.
    """
    unused = LoginChallenge.objects.filter(id=challenge.id, used_at=None)
    if not unused.update(used_at=now):
        raise ChallengeInvalidError
