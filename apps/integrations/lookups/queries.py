"""Ask a platform for whoever asks us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, TypeAlias

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.queries import pick_connection
from apps.integrations.exceptions import PeriodInvalidError
from apps.integrations.lookups.messages import CampaignsQuery, ListQuery, PeriodQuery
from apps.integrations.platforms.lookups import LookedUp, Lookup, Wanted
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.telling import telling_callers

#: Days of a period: by default, and at most, since all that is of them is read.
_USUAL: Final = 30
_LONGEST: Final = 92
#: Before any platform; and a day that has begun somewhere is one that has been.
_EARLIEST: Final = date(2000, 1, 1)
#: A lookup that needs to know the zone and currency of the account.
AccountLookup: TypeAlias = Callable[[Api, Account, Wanted], LookedUp]


def look_up(platform: str, lookup: Lookup, query: ListQuery | PeriodQuery, today: date) -> LookedUp:
    """Return what a platform answers, none of which is kept.

    Raises:
        PlatformNotConnectedError, ConnectionNotFoundError, ConnectionAmbiguousError: there is no
            connection that is meant.
        PeriodInvalidError: the query is of no days, or of too many.
        PlatformRefusedError, ConnectionExpiredError, PlatformBusyError, PlatformUnreachableError:
            the platform did not give it.
    """
    wanted = _read(query, today)
    connection = pick_connection(platform, query.connection_id)
    with telling_callers(platform):
        return lookup(open_api(connection, keeps_answers=False), wanted)


def of_account(platform: str, lookup: AccountLookup) -> Lookup:
    """Return a lookup that first asks whose account it is."""

    def look(api: Api, wanted: Wanted) -> LookedUp:
        return lookup(api, get_adapter(platform).identify(api), wanted)

    return look


def _read(query: ListQuery | PeriodQuery, today: date) -> Wanted:
    if isinstance(query, ListQuery):
        channel = query.channel if isinstance(query, CampaignsQuery) else ""
        return Wanted(
            first=today, last=today, limit=query.limit, after=query.after, channel=channel
        )
    last = query.last or today
    first = query.first or max(last, _EARLIEST) - timedelta(days=_USUAL - 1)
    is_past = _EARLIEST <= first <= last <= today + timedelta(days=1)
    if not is_past or (last - first).days >= _LONGEST:
        raise PeriodInvalidError(first=first, last=last, longest=_LONGEST)
    return Wanted(first=first, last=last, limit=query.limit)
