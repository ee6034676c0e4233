"""Counting tries: per account, per address and over all, in the database, for all processes.

Windows are fixed. What is counted (an address, an account) is kept as a keyed hash.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from apps.auth.models import Attempts, Session, User
from apps.auth.models.sessions import ADDRESS_KNOWN_FOR
from omnify.db import atomic
from omnify.exceptions import RateLimitedError


class Limit(NamedTuple):
    """The greatest number of tries within a window of time."""

    scope: str
    most: int
    window: timedelta


class Spent(NamedTuple):
    """A counted try: its limit, and whose it is."""

    limit: Limit
    subject: str


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
#: Wrong passwords of one user who is signed in; it closes neither signing in nor the factor.
PASSWORD: Final = Limit("password again", 5, timedelta(minutes=15))
#: Registrations, and mails to strangers, from one address.
REGISTER: Final = Limit("register", 600, timedelta(hours=1))
MAIL_ADDRESS: Final = Limit("mail from address", 300, timedelta(hours=1))
#: Sign-ins with a passkey that were begun from one address.
PASSKEY: Final = Limit("passkey sign-in", 300, timedelta(minutes=15))
#: Mails to one account.
MAIL_ACCOUNT: Final = Limit("mail to account", 5, timedelta(hours=1))
#: Invitations to one address by all organizations, and of one organization to all addresses.
INVITED: Final = Limit("invitations to address", 5, timedelta(hours=1))
INVITING: Final = Limit("invitations of organization", 100, timedelta(hours=1))
#: How many addresses that an account was used from are looked at.
_KNOWN_ADDRESSES = 500
#: The length of the prefix that an IPv6 host commonly has to itself.
_IPV6_HOST = 64


class SignInTry(NamedTuple):
    """A password that is about to be checked and was counted before."""

    spent: tuple[Spent, ...]
    is_locked: bool
    #: Where it is wrong: what it closes, nothing for most.
    closes: str


def count_try(limit: Limit, subject: str, *, now: datetime) -> int:
    """Count one try; returns how many there were in this window, this one included."""
    [count] = _count(Spent(limit, subject), now=now)
    return count


def _count(*tries: Spent, now: datetime) -> list[int]:
    """Count several at once; their rows are locked in one order, so that none deadlocks."""
    rows = [
        Attempts(
            scope=limit.scope,
            subject_hash=_hash(limit, subject),
            window=_window(limit, now),
            expires_at=datetime.fromtimestamp(0, UTC) + (_window(limit, now) + 2) * limit.window,
        )
        for limit, subject in tries
    ]
    with atomic("auth"):
        Attempts.objects.filter(expires_at__lt=now).delete()
        Attempts.objects.bulk_create(rows, ignore_conflicts=True)
        locked = Attempts.objects.select_for_update().order_by("id")
        counted = {row.scope: row for row in locked.filter(_any_of(tries, now))}
        Attempts.objects.filter(id__in=[row.id for row in counted.values()]).update(
            count=F("count") + 1
        )
    return [counted[limit.scope].count + 1 for limit, _ in tries]


def give_back(*tries: Spent, now: datetime) -> None:
    """Take back what was counted: those tries were right."""
    with atomic("auth"):
        counted = Attempts.objects.filter(_any_of(tries, now), count__gt=0)
        ids = [row.id for row in counted.select_for_update().order_by("id")]
        Attempts.objects.filter(id__in=ids).update(count=F("count") - 1)


def _any_of(tries: Iterable[Spent], now: datetime) -> Q:
    condition = Q()
    for limit, subject in tries:
        place = Q(subject_hash=_hash(limit, subject), window=_window(limit, now))
        condition |= place & Q(scope=limit.scope)
    return condition


def is_over(limit: Limit, subject: str, *, now: datetime) -> bool:
    """Tell whether no try is left in this window."""
    window = Attempts.objects.filter(
        scope=limit.scope, subject_hash=_hash(limit, subject), window=_window(limit, now)
    )
    return window.filter(count__gte=limit.most).exists()


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


def begin_sign_in(email: str, address: str, *, user: User | None, now: datetime) -> SignInTry:
    """Count a password before it is checked, so that parallel tries are held to the limits too.

    Guessing closes an account to the address that guesses; guessing from many addresses closes it
    to unknown ones, so that nobody can lock a user out for good.

    Raises:
        RateLimitedError: too many wrong ones from this address, or altogether, unless the account
            was used from there; says nothing of accounts.
    """
    place = place_of(address)
    is_known = _is_known(user, place, now)
    refuse_over(ADDRESS, place, now=now)
    if not is_known:
        refuse_over(EVERYWHERE, "", now=now)
    pair, account = Spent(PAIR, f"{email} {place}"), Spent(ACCOUNT, email)
    spent = (Spent(EVERYWHERE, ""), Spent(ADDRESS, place), account, pair)
    *_, by_account, by_pair = _count(*spent, now=now)
    closes = "address" if by_pair == PAIR.most else ""
    if by_account == ACCOUNT.most:
        closes = "strange addresses"
    is_closed = by_account > ACCOUNT.most and not is_known
    return SignInTry(spent, is_locked=is_closed or by_pair > PAIR.most, closes=closes)


def place_of(address: str | None) -> str:
    """Return what limits count of an address: of IPv6 the network, since a host has all of it."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's number
        return address
    return str(ipaddress.ip_network((parsed, _IPV6_HOST), strict=False))


def _is_known(user: User | None, place: str, now: datetime) -> bool:
    user_id = user.id if user else UUID(int=0)
    sessions = Session.objects.filter(user_id=user_id, created_at__gte=now - ADDRESS_KNOWN_FOR)
    used = sessions.exclude(address=None).order_by().values_list("address", flat=True).distinct()
    return bool(place) and place in {place_of(address) for address in used[:_KNOWN_ADDRESSES]}


def _window(limit: Limit, now: datetime) -> int:
    return int(now.timestamp() // limit.window.total_seconds())


def _seconds_left(limit: Limit, now: datetime) -> int:
    size = limit.window.total_seconds()
    return int(size - now.timestamp() % size) + 1


def _hash(limit: Limit, subject: str) -> str:
    return salted_hmac(f"omnify {limit.scope}", subject, algorithm="sha256").hexdigest()
