"""Counting tries: per account, per address and over all, in the database, for all processes.

Windows are fixed. What is counted (an address, an account) is kept as a keyed hash.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import F
from django.utils.crypto import salted_hmac

from apps.auth.models import Attempts, TokenFamily, User
from omnify.db import atomic
from omnify.exceptions import RateLimitedError


class Limit(NamedTuple):
    """At most so many tries within a window."""

    scope: str
    most: int
    window: timedelta


#: Wrong passwords for one account from one address; then that address is not let in for a while.
PAIR: Final = Limit("sign-in pair", 10, timedelta(minutes=15))
#: Wrong passwords for one account from anywhere; then only addresses that it was used from are.
ACCOUNT: Final = Limit("sign-in account", 50, timedelta(hours=1))
#: Wrong passwords from one address for whatever account.
ADDRESS: Final = Limit("sign-in address", 300, timedelta(minutes=15))
#: Wrong passwords altogether.
EVERYWHERE: Final = Limit("sign-in everywhere", 6000, timedelta(minutes=10))
#: Wrong second factors of one user; a new sign-in does not reset it.
FACTOR: Final = Limit("factor", 5, timedelta(minutes=15))
#: Registrations, and mails to strangers, from one address.
REGISTER: Final = Limit("register", 600, timedelta(hours=1))
MAIL_ADDRESS: Final = Limit("mail from address", 300, timedelta(hours=1))
#: Mails to one account.
MAIL_ACCOUNT: Final = Limit("mail to account", 5, timedelta(hours=1))
#: Invitations to one address by whomever, and of one organization to whomever.
INVITED: Final = Limit("invitations to address", 5, timedelta(hours=1))
INVITING: Final = Limit("invitations of organization", 100, timedelta(hours=1))

#: How long an address counts as known to an account.
_KNOWN_FOR = timedelta(days=90)


def count_try(limit: Limit, subject: str, *, now: datetime) -> int:
    """Count one try; returns how many there were in this window, this one included."""
    with atomic("auth"):
        window = _window(limit, now)
        row, _ = Attempts.objects.get_or_create(
            scope=limit.scope,
            subject_hash=_hash(limit, subject),
            window=window,
            defaults={"expires_at": datetime.fromtimestamp(0, UTC) + (window + 2) * limit.window},
        )
        Attempts.objects.filter(id=row.id).update(count=F("count") + 1)
        Attempts.objects.filter(expires_at__lt=now).delete()
        row.refresh_from_db(fields=["count"])
    return row.count


def is_over(limit: Limit, subject: str, *, now: datetime) -> bool:
    """Whether no try is left in this window."""
    found = Attempts.objects.filter(
        scope=limit.scope, subject_hash=_hash(limit, subject), window=_window(limit, now)
    )
    return found.filter(count__gte=limit.most).exists()


def refuse_over(limit: Limit, subject: str, *, now: datetime) -> None:
    """Refuse where no try is left.

    Raises:
        RateLimitedError: with the seconds until the next window.
    """
    if is_over(limit, subject, now=now):
        raise RateLimitedError(retry_after_seconds=_seconds_left(limit, now))


def spend_try(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count a try and refuse it when it is one too many; safe under parallel tries.

    Raises:
        RateLimitedError: as ``refuse_over``.
    """
    if count_try(limit, subject, now=now) > limit.most:
        raise RateLimitedError(retry_after_seconds=_seconds_left(limit, now))


def refuse_flood(address: str, *, now: datetime) -> None:
    """Refuse an address, or everybody, after too many wrong passwords; says nothing of accounts.

    Raises:
        RateLimitedError: as ``refuse_over``.
    """
    refuse_over(ADDRESS, address, now=now)
    refuse_over(EVERYWHERE, "", now=now)


def is_locked(email: str, address: str, *, user: User | None, now: datetime) -> bool:
    """Whether an account is closed to an address for now.

    Whoever guesses closes it to themselves; guessing from many addresses closes it to strange
    ones, so that nobody can lock a user out for good.
    """
    if is_over(PAIR, f"{email} {address}", now=now):
        return True
    return is_over(ACCOUNT, email, now=now) and not _is_known(user, address, now)


def note_wrong_password(email: str, address: str, *, now: datetime) -> bool:
    """Count a wrong password; tells whether this one closed the account to the address."""
    count_try(EVERYWHERE, "", now=now)
    count_try(ADDRESS, address, now=now)
    count_try(ACCOUNT, email, now=now)
    return count_try(PAIR, f"{email} {address}", now=now) == PAIR.most


def _is_known(user: User | None, address: str, now: datetime) -> bool:
    since = now - _KNOWN_FOR
    sessions = TokenFamily.objects.filter(address=address or None, created_at__gte=since)
    return user is not None and bool(address) and sessions.filter(user_id=user.id).exists()


def _window(limit: Limit, now: datetime) -> int:
    return int(now.timestamp() // limit.window.total_seconds())


def _seconds_left(limit: Limit, now: datetime) -> int:
    size = limit.window.total_seconds()
    return int(size - now.timestamp() % size) + 1


def _hash(limit: Limit, subject: str) -> str:
    return salted_hmac(f"omnify {limit.scope}", subject, algorithm="sha256").hexdigest()
