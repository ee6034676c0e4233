"""The ledger of quotas: who may ask a platform now, who waits, and until when.

Who finds a quota spent takes a place in the line before it, for as many calls as a slice needs.
Who has no place comes after all who have one: under a quota that is always spent, connections
take turns, whatever each of them wants. Until when somebody waits is counted as if all before them
took all their calls; whose turn comes earlier is called by ``list_next``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum

from apps.integrations.calling.models import Quota, Turn
from apps.integrations.calling.windows import PARTS, Window
from apps.integrations.platforms.port import Limit, Usage
from apps.integrations.platforms.refusals import ThrottledError
from omnify.db import atomic

#: Calls of one turn: at most, and the part of a quota.
_TURN_CALLS: Final = 50
_TURN_SHARE: Final = 20
#: How long a turn waits for its connection, at least.
_PATIENCE: Final = timedelta(minutes=5)
#: From which used part on a quota counts as spent, and for how long unless the vendor says.
_FULL: Final = 0.95
_CLOSED: Final = timedelta(minutes=5)


class _Look(NamedTuple):
    """A quota as it stands for a call; ``until`` where it is spent.

    Without a window the vendor alone counts.
    """

    quota: Quota
    window: Window | None = None
    until: datetime | None = None


class Standing(NamedTuple):
    """The calls of a quota that count now, None where the vendor alone counts them.

    ``until`` is when it may be asked again; None where it may now.
    """

    spent: int | None
    until: datetime | None


def reserve(
    platform: str, connection_id: UUID, limits: Iterable[Limit], keys: Iterable[str], now: datetime
) -> None:
    """Count a call in all quotas that it falls under, or in none.

    The key of a limit is that of its quota, ``app`` or ``account:<id>``; the keys are those of all
    quotas of the call, also those that only the vendor counts. Quotas of one key have one line:
    with a line for each, who was let through the minute's would be sent away by the day's.

    Raises:
        ThrottledError: one is spent; says which of them longest, and until when.
    """
    by_name = {(limit.key, limit.seconds): limit for limit in limits}
    names = sorted({*by_name, *((key, 0) for key in keys)})
    with atomic("integrations"):
        quotas = [_lock(platform, *name) for name in names if name[1] or _exists(platform, name[0])]
        # The line is the widest quota's, which is the last one of its key.
        lines = {quota.key: quota for quota in quotas if quota.seconds}
        ahead = {key: _count_ahead(line, connection_id, now) for key, line in lines.items()}
        looks = []
        for quota in quotas:
            limit = by_name.get((quota.key, quota.seconds))
            quota.calls = limit.calls if limit else 0
            looks.append(_look(quota, ahead.get(quota.key, 0), now))
        spent = [(look.until, look.quota) for look in looks if look.until is not None]
        if not spent:
            _count_call(looks, lines.values(), connection_id, now)
            return
        until, quota = max(spent, key=itemgetter(0))
        if quota.seconds:
            _take_place(lines[quota.key], connection_id, until)
    # Raised here, so that the place in the line stays.
    words = f"The quota of the platform is spent until {until:%Y-%m-%d %H:%M:%S} UTC."
    raise ThrottledError(words, until=until, key=quota.key)


def note_usage(platform: str, usages: Iterable[Usage], now: datetime) -> None:
    """Keep what the vendor says of its quotas; one that is nearly spent is closed for all."""
    for usage in usages:
        until = (usage.until or now + _CLOSED) if usage.used >= _FULL else None
        Quota.objects.update_or_create(
            platform=platform,
            key=usage.key,
            seconds=0,
            defaults={"used": usage.used, "closed_until": until},
        )


def close(platform: str, key: str, until: datetime) -> None:
    """Let nobody ask under a quota before a moment that the vendor named."""
    Quota.objects.update_or_create(
        platform=platform, key=key, seconds=0, defaults={"used": 1.0, "closed_until": until}
    )


def leave(connection_id: UUID) -> None:
    """Give up all places of a connection that wants no more calls."""
    Turn.objects.filter(connection_id=connection_id).delete()


def list_next(now: datetime) -> list[UUID]:
    """Return the connections, first in their lines, for which there is room now."""
    found: list[UUID] = []
    for line in Quota.objects.filter(Exists(Turn.objects.filter(quota=OuterRef("id")))):
        alike = Quota.objects.filter(platform=line.platform, key=line.key)
        ahead, turns = 0, line.turns.order_by("id").iterator(chunk_size=100)
        looks = list(alike)
        for turn in turns:
            if any(_look(quota, ahead, now).until for quota in looks):
                break
            found.append(turn.connection_id)
            ahead += turn.left
    return found


def tell_standing(quota: Quota, now: datetime) -> Standing:
    """Return how much of a quota is spent, and until when nobody may ask, if it is all."""
    look = _look(quota, 0, now)
    if not quota.calls:
        return Standing(None, look.until)
    window = Window(quota.seconds, quota.counts)
    window.forget(now)
    return Standing(window.spent, look.until)


def _exists(platform: str, key: str) -> bool:
    return Quota.objects.filter(platform=platform, key=key, seconds=0).exists()


def _lock(platform: str, key: str, seconds: int) -> Quota:
    Quota.objects.get_or_create(platform=platform, key=key, seconds=seconds)
    return Quota.objects.select_for_update().get(platform=platform, key=key, seconds=seconds)


def _look(quota: Quota, ahead: int, now: datetime) -> _Look:
    """Return how a quota stands for a call after so many that are earlier in its line."""
    if quota.closed_until is not None and quota.closed_until > now:
        return _Look(quota, until=quota.closed_until)
    if not quota.calls:
        return _Look(quota)
    window = Window(quota.seconds, quota.counts)
    window.forget(now)
    if window.spent + ahead < quota.calls:
        return _Look(quota, window)
    return _Look(quota, window, until=window.find_free(ahead + 1, quota.calls, now))


def _count_call(
    looks: Iterable[_Look], lines: Iterable[Quota], connection_id: UUID, now: datetime
) -> None:
    for quota, window, _ in looks:
        if window is not None:
            window.add(now)
            quota.counts = window.to_json()
            quota.save(update_fields=["calls", "counts"])
    for line in lines:
        _use_turn(line, connection_id)


def _count_ahead(quota: Quota, connection_id: UUID, now: datetime) -> int:
    """Count the calls of those that are earlier in the line."""
    quota.turns.filter(ends_at__lt=now).delete()
    own = quota.turns.filter(connection_id=connection_id).first()
    earlier = quota.turns.filter(Q(id__lt=own.id) if own else Q())
    return earlier.aggregate(calls=Sum("left"))["calls"] or 0


def _take_place(quota: Quota, connection_id: UUID, until: datetime) -> None:
    patience = max(_PATIENCE, timedelta(seconds=2 * quota.seconds / PARTS))
    calls = min(_TURN_CALLS, max(1, quota.calls // _TURN_SHARE))
    turn, is_new = Turn.objects.get_or_create(
        quota=quota,
        connection_id=connection_id,
        defaults={"left": calls, "ends_at": until + patience},
    )
    if not is_new:
        turn.ends_at = until + patience
        turn.save(update_fields=["ends_at"])


def _use_turn(quota: Quota, connection_id: UUID) -> None:
    """Count a call of a turn; the last one gives the place up."""
    turn = quota.turns.filter(connection_id=connection_id).first()
    if turn is None:
        return
    turn.left -= 1
    if turn.left:
        turn.save(update_fields=["left"])
    else:
        turn.delete()
