"""When a schedule comes: five cron fields, read on the clock of a time zone.

A cron with fixed hours comes once for each time that a local clock shows: once where it shows the
time twice, and at the next minute that exists where it skips the time. A cron whose hour is ``*``
or ``*/n`` comes each time that the clock shows it. Where both a day of the month and a weekday
are given, either is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from omnify.exceptions import InvalidInputError

_MINUTE: Final = timedelta(minutes=1)
_FIELDS: Final = 5
# Names have three letters: a single one is random or the last day to croniter.
_FIELD = re.compile(r"([0-9*,/-]|[A-Za-z]{3})+")
_EACH_HOUR = re.compile(r"\*(/[0-9]+)?")
_SHOWN: Final = 100


@cache
def _zones() -> set[str]:
    """Return the names of all zones, which are read from many files."""
    return available_timezones()


class CronError(InvalidInputError):
    """The fields of a cron, or its time zone, say no time."""

    code = "invalid_cron"
    message = "'{cron}' in '{zone}' is no schedule: {reason}"


class Cron(NamedTuple):
    """Five fields (minute, hour, day, month, weekday) and the IANA time zone they are read in."""

    fields: str
    zone: str = "UTC"

    def check(self) -> None:
        """Refuse fields and zones that say no time.

        Raises:
            CronError: they do.
        """
        if self.zone not in _zones():
            raise self._refusal("there is no such IANA time zone; one is Europe/Berlin")
        parts = self.fields.split()
        if len(parts) != _FIELDS or not all(_FIELD.fullmatch(part) for part in parts):
            raise self._refusal(
                "write minute, hour, day, month and weekday with numbers, names and * , - /,"
                " such as '30 8 * * 1-5'"
            )
        from croniter import CroniterError  # type: ignore[import-untyped]

        try:
            next(_local_times(self.fields, datetime(2000, 1, 1)))  # noqa: DTZ001 - a wall clock
        except (CroniterError, ValueError) as error:
            raise self._refusal(str(error) or "it never comes") from error

    def next_after(self, moment: datetime) -> datetime:
        """Return the first time after a moment, in UTC.

        Raises:
            CronError: fields or zone say no time.
        """
        return _next_after(self, moment)

    def slot(self, moment: datetime) -> str:
        """Return the local time of a moment; with its offset where the hour comes each time."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.strftime("%Y-%m-%dT%H:%M%z" if self.is_each_hour else "%Y-%m-%dT%H:%M")

    @property
    def is_each_hour(self) -> bool:
        """Tell whether the hour is ``*`` or ``*/n``."""
        return bool(_EACH_HOUR.fullmatch(self.fields.split()[1]))

    def _refusal(self, reason: str) -> CronError:
        return CronError(cron=self.fields[:_SHOWN], zone=self.zone[:_SHOWN], reason=reason)


@lru_cache(maxsize=1024)
def _next_after(cron: Cron, moment: datetime) -> datetime:
    cron.check()
    zone = ZoneInfo(cron.zone)
    here = moment.astimezone(zone)
    start = here.replace(tzinfo=None, fold=0)
    shown_again = start.replace(fold=1, tzinfo=zone).astimezone(UTC)
    repeated = shown_again - moment.astimezone(UTC)
    if cron.is_each_hour and not here.fold and _exists(start, zone) and repeated > timedelta(0):
        # The clock will be put back over times that it has shown already.
        found = list(_until(cron, start - repeated, start + repeated, zone))
        if later := [each for each in found if each > moment]:
            return min(later)
    for local in _local_times(cron.fields, start):
        later = [each for each in _moments(cron, local, zone) if each > moment]
        if later:
            return min(later)
    raise AssertionError("local times do not end")


def _until(cron: Cron, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    for local in _local_times(cron.fields, start):
        if local > end:
            return
        yield from _moments(cron, local, zone)


def _moments(cron: Cron, local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when a cron comes for a local time."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not _exists(local, zone):
        return [] if cron.is_each_hour else [_end_of_gap(second, first, zone)]
    return [first, second] if cron.is_each_hour else [first]


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    there = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None, fold=0) == local


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute with the new offset, between a moment before it and one after."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _MINUTE:
        middle = before + _MINUTE * ((after - before) // _MINUTE // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _local_times(fields: str, start: datetime) -> Iterator[datetime]:
    """Give the times after a start that the fields say, on a clock that never jumps."""
    # Imported here: it costs 0.1 s, and most processes read no cron.
    from croniter import croniter

    times: Any = croniter(fields, start)
    while True:
        yield times.get_next(datetime)
