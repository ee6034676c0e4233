"""Days and times as people read them, in the voice of the request and the organization's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from omnify.context import current
from omnify.pages.viewers import viewers
from omnify.voices import ENGLISH, Voice, current_voice

_SPACE: Final = "\N{NO-BREAK SPACE}"


def say_day(day: date) -> str:
    """Return a day, ``31 Dec 2018`` in English; of a time its day in the organization's zone."""
    if isinstance(day, datetime):
        day = day.astimezone(find_zone())
    return say_day_in(current_voice(), day)


def say_day_in(voice: Voice, day: date) -> str:
    """Return a day in a given voice."""
    return voice.day.format(
        d=voice.spell(f"{day:%d}"),
        m=voice.spell(f"{day:%m}"),
        day=voice.spell(str(day.day)),
        month=f"{day:%b}",
        year=voice.spell(f"{day.year:04}"),
    )


def say_month(day: date) -> str:
    """Return the month of a day: ``Dec 2018``."""
    return f"{day:%b}{_SPACE}{say_year(day)}"


def say_year(day: date) -> str:
    """Return the year of a day."""
    return current_voice().spell(str(day.year))


def say_days(first: date, last: date) -> str:
    """Return days as people say them: a year, a month, a day, or from and to."""
    if first == last:
        return say_day(first)
    # The calendar's last day is followed by none.
    after = min(last, date.max - timedelta(days=1)) + timedelta(days=1)
    if first.day == after.day == 1:
        if (first.month, after.month, after.year - first.year) == (1, 1, 1):
            return say_year(first)
        if after == _next_month(first):
            return say_month(first)
    if first.year == last.year and current_voice().day == ENGLISH.day:
        return f"{current_voice().spell(str(first.day))}{_SPACE}{first:%b} – {say_day(last)}"
    return f"{say_day(first)} – {say_day(last)}"


def say_moment(at: datetime) -> str:
    """Return a time to the minute with its zone: ``31 Dec 2018, 14:05 CET``."""
    return f"{say_day(at)},{_SPACE}{_say_clock(at)}"


def say_near_moment(at: datetime, now: datetime) -> str:
    """Return a time as ``say_moment`` does, without its day where that is today."""
    zone = find_zone()
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return _say_clock(at) if is_today else say_moment(at)


def find_zone() -> ZoneInfo:
    """Return the zone of the viewer's organization, UTC where it is unknown."""
    try:
        return ZoneInfo(viewers.describe(current().principal).timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _say_clock(at: datetime) -> str:
    """Return the time of day in the organization's zone: ``14:05 CET``."""
    local = at.astimezone(find_zone())
    clock = ":".join(current_voice().spell(f"{local:%{part}}") for part in "HM")
    return f"{clock}{_SPACE}{_name_of(local)}"


def _name_of(local: datetime) -> str:
    """Return the short name of a time's zone, its offset where it has none."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
