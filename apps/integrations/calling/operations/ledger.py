"""The ledger of quotas: who may ask a platform now, who waits, and until when.

Who finds a quota spent takes a place in the line before it, for as many calls as a slice needs.
Who has no place comes after all who have one: under a quota that is always spent, connections
take turns, whatever each of them wants.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, Sum

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


def reserve(
    platform: str, connection_id: UUID, limits: Iterable[Limit], keys: Iterable[str], now: datetime
) -> None:
    """Count a call in all quotas that it falls under, or in none.

    The key of a limit is that of its quota, ``app`` or ``account:<id>``; the keys are those of all
    quotas of the call, also those that only the vendor counts.

    Raises:
        ThrottledError: one is spent; says which, and until when.
    """
    by_name = {(limit.key, limit.seconds): limit for limit in limits}
    names = sorted({*by_name, *((key, 0) for key in keys)})
    refusal: ThrottledError | None = None
    with atomic("integrations"):
        quotas = [_lock(platform, *name) for name in names if name[1] or _exists(platform, name[0])]
        windows: list[tuple[Quota, Window]] = []
        for quota in quotas:
            limit = by_name.get((quota.key, quota.seconds))
            until = _find_until(quota, limit, connection_id, windows, now)
            if until is not None:
                words = f"The quota of the platform is spent until {until:%Y-%m-%d %H:%M:%S} UTC."
                refusal = ThrottledError(words, until=until, key=quota.key)
                break
        else:
            for quota, window in windows:
                window.add(now)
                quota.counts = window.to_json()
                quota.save(update_fields=["counts"])
                _use_turn(quota, connection_id)
    # Raised here, so that the place in the line stays.
    if refusal is not None:
        raise refusal


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


def _exists(platform: str, key: str) -> bool:
    return Quota.objects.filter(platform=platform, key=key, seconds=0).exists()


def _lock(platform: str, key: str, seconds: int) -> Quota:
    Quota.objects.get_or_create(platform=platform, key=key, seconds=seconds)
    return Quota.objects.select_for_update().get(platform=platform, key=key, seconds=seconds)


def _find_until(
    quota: Quota,
    limit: Limit | None,
    connection_id: UUID,
    windows: list[tuple[Quota, Window]],
    now: datetime,
) -> datetime | None:
    """Return until when a quota is spent for a connection, which then has a place in its line."""
    if quota.closed_until is not None and quota.closed_until > now:
        return quota.closed_until
    if limit is None:
        return None
    window = Window(limit.seconds, quota.counts)
    window.forget(now)
    ahead = _count_ahead(quota, connection_id, now)
    if window.spent + ahead < limit.calls:
        windows.append((quota, window))
        return None
    until = window.find_free(ahead + 1, limit.calls)
    _take_place(quota, limit, connection_id, until)
    return until


def _count_ahead(quota: Quota, connection_id: UUID, now: datetime) -> int:
    """Count the calls of those that are earlier in the line."""
    quota.turns.filter(ends_at__lt=now).delete()
    own = quota.turns.filter(connection_id=connection_id).first()
    earlier = quota.turns.filter(Q(id__lt=own.id) if own else Q())
    return earlier.aggregate(calls=Sum("left"))["calls"] or 0


def _take_place(quota: Quota, limit: Limit, connection_id: UUID, until: datetime) -> None:
    patience = max(_PATIENCE, timedelta(seconds=2 * limit.seconds / PARTS))
    calls = min(_TURN_CALLS, max(1, limit.calls // _TURN_SHARE))
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
