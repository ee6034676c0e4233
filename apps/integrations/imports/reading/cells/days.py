"""Reads days and times in the many forms that exports write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.forms import is_no_value
from apps.integrations.imports.reading.cells.months import MONTHS
from apps.integrations.imports.reading.refusals import CellError, shown

FIRST_DAY: Final = date(1970, 1, 1)
DMY, MDY, YMD = "dmy", "mdy", "ymd"
DAY, WEEK, MONTH = "day", "week", "month"
_LONGEST: Final = 64
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_PIVOT: Final = 70
_ISO_TIME: Final = len("2026-11-29 10:00")
_RANGE = re.compile(r"(\S.*?)\s+(?:[-\u2013\u2014]|to|bis)\s+(\S.*)")
_TIME = re.compile(r"[T,\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(.*)$", re.ASCII)
_ZONE = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_ZONES: Final = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
}
_NUMERIC = re.compile(r"(\d{1,4})([-/.])\s?(\d{1,2})\2\s?(\d{1,4})\.?", re.ASCII)
_COMPACT = re.compile(r"(19[7-9]\d|20\d\d)(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_MONTH_ONLY = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", re.ASCII)
_ISO_WEEK = re.compile(r"(\d{4})[-\s]?W(\d{1,2})", re.ASCII | re.IGNORECASE)
_DAY_NAME_YEAR = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?[-/\s]?\s?(?:de\s)?([^\W\d_]+)\.?,?[-/\s]?\s?(?:de\s)?(\d{4}|\d{2})"
)
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?[-/\s]\s?(\d{1,2})(?:st|nd|rd|th)?,?[-/\s]\s?(\d{4})")
_NAME_YEAR = re.compile(r"([^\W\d_]+)\.?[-/\s]\s?(\d{4})")
_WEEKDAY = re.compile(r"[^\W\d_]{2,10}\.?,?\s+(?=\d|[^\W\d_]+\.?\s\d)")


class Written(msgspec.Struct, frozen=True):
    """A day as it is written, with what is still open: the order of its numbers.

    Attributes:
        numbers: the three numbers as they stand.
        orders: the orders in which they could be meant; one where it is sure.
        unit: what the text names: a day, a week or a month.
        has_short_year: whether its year has two digits.
    """

    numbers: tuple[int, int, int]
    orders: tuple[str, ...]
    unit: str = DAY
    has_short_year: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the text alone leaves its day open."""
        return len(self.orders) > 1

    def day_of(self, order: str) -> date | None:
        """Return the day, its numbers taken in an order; None if the calendar has none such."""
        if not self.is_open:
            order = self.orders[0]
        elif order not in self.orders:
            return None
        parts = dict(zip(order, self.numbers, strict=True))
        year = _full_year(parts["y"]) if self.has_short_year else parts["y"]
        try:
            return date(year, parts["m"], parts["d"])
        except ValueError:
            return None


def split_time(text: str) -> tuple[str, re.Match[str] | None]:
    """Return the part of a text that is the day, and the time if it has one."""
    if ":" not in text or len(text) > _LONGEST:
        return text, None
    found = _TIME.search(text)
    return (text[: found.start()].rstrip(" ,"), found) if found is not None else (text, None)


def read_written(text: str) -> Written | None:
    """Return how a text, without a time, writes a day; None if it is none."""
    if not text or len(text) > _LONGEST or not any(each.isdigit() for each in text):
        return None
    if (found := _NUMERIC.fullmatch(text)) is not None:
        return _read_numeric(found)
    if (found := _COMPACT.fullmatch(text)) is not None:
        return Written((int(found[1]), int(found[2]), int(found[3])), (YMD,))
    if (found := _SERIAL.fullmatch(text)) is not None:
        day = _EXCEL_EPOCH + timedelta(days=int(found[1]))
        return Written((day.year, day.month, day.day), (YMD,))
    return _read_unit(text) or _read_named(text)


def split_range(text: str) -> tuple[str, str] | None:
    """Return the first and the last day of a cell that has both, such as "5/1/2026 - 11/1/2026"."""
    found = _RANGE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    written = (read_written(found[1]), read_written(found[2]))
    is_of_days = all(each is not None and each.unit == DAY for each in written)
    return (found[1], found[2]) if is_of_days else None


def read_time(found: re.Match[str]) -> tuple[time, tzinfo | None]:
    """Return a time and the zone that it names.

    Raises:
        CellError: the zone is not known, or there is no such time.
    """
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    rest = found[4].strip()
    half = rest[:2].upper()
    if half in ("AM", "PM") or rest[:4].upper() in ("A.M.", "P.M."):
        hour = hour % 12 + (12 if half[0] == "P" else 0)
        rest = rest[4:].strip() if rest[1:2] == "." else rest[2:].strip()
    zone = _read_zone(rest)
    try:
        return time(hour, minute, min(second, 59)), zone
    except ValueError as error:
        raise CellError(f"'{shown(found[0].strip())}' is not a time.") from error


class DayStyle(msgspec.Struct, frozen=True):
    """How a column writes days, and which ones it may have.

    Attributes:
        order: the order of numbers where a cell leaves it open.
        zone: the organization's time zone, in which a moment's day is taken.
        own_zone: the zone of times that name none.
        last: the last day that there may be.
    """

    order: str
    zone: tzinfo
    last: date
    own_zone: tzinfo | None = None

    def parse(self, text: str) -> date:
        """Return a day.

        Raises:
            CellError: the cell is empty, is no day, or one before 1970 or after tomorrow.
        """
        return self.parse_moment(text)[0]

    def parse_first(self, text: str) -> date:
        """Return the first day of a cell that may have two; raises as ``parse`` does."""
        return self.parse((split_range(text) or (text, text))[0])

    def parse_last(self, text: str) -> date:
        """Return the last day of a cell that may have two; raises as ``parse`` does."""
        return self.parse((split_range(text) or (text, text))[1])

    def parse_moment(self, text: str) -> tuple[date, datetime | None]:
        """Return a day, and the moment (UTC) where the cell has a time.

        Raises:
            CellError: as ``parse`` does.
        """
        if is_no_value(text):
            raise CellError("The cell is empty; write the day.")
        written = _read_iso(text)
        if written is not None:
            return self._place(written.date(), written, text)
        part, found = split_time(text)
        day = self._read_day(part, text)
        if found is None:
            return self._check(day, text), None
        clock, zone = read_time(found)
        return self._place(day, datetime.combine(day, clock, zone), text)

    def _place(self, day: date, written: datetime, text: str) -> tuple[date, datetime]:
        """Return the day in the organization's zone, and the moment."""
        zone = written.tzinfo or self.own_zone
        if zone is None:
            return self._check(day, text), written.replace(tzinfo=self.zone).astimezone(UTC)
        # Days at the ends of the calendar cannot be moved to another zone.
        self._check(day - timedelta(days=1) if day > self.last else day, text)
        moment = written.replace(tzinfo=zone)
        return self._check(moment.astimezone(self.zone).date(), text), moment.astimezone(UTC)

    def _read_day(self, part: str, text: str) -> date:
        written = read_written(part)
        if written is None:
            if text[0] in "=@+":
                raise CellError(f"'{shown(text)}' looks like a formula; write its value.")
            raise CellError(f"'{shown(text)}' is not a day such as 2026-03-31.")
        day = written.day_of(self.order)
        if day is None:
            raise CellError(f"'{shown(text)}' is not a day of the calendar.")
        return day

    def _check(self, day: date, text: str) -> date:
        if day < FIRST_DAY:
            raise CellError(f"'{shown(text)}' is before {FIRST_DAY}; write the year in full.")
        if day > self.last:
            raise CellError(f"'{shown(text)}' is after tomorrow; write the year in full.")
        return day


def find_orders(days: Iterable[Written]) -> tuple[str, ...]:
    """Return the orders of numbers in which all days that leave it open can be read.

    All that one of them has, if no order fits all; none if no day leaves it open.
    """
    open_days = [each for each in days if each.is_open]
    known = dict.fromkeys(order for each in open_days for order in each.orders)
    votes = {order: sum(each.day_of(order) is not None for each in open_days) for order in known}
    most = max(votes.values(), default=0)
    return tuple(order for order, count in votes.items() if count == most)


def last_of(first: date, grain: str) -> date:
    """Return the last day of the week, or of the month, that begins on a day."""
    if grain == WEEK:
        return first + timedelta(days=6)
    if grain == MONTH:
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def _read_iso(text: str) -> datetime | None:
    """Read a time that is written as in ISO 8601, with a space before its zone perhaps."""
    if len(text) < _ISO_TIME or text[4] != "-" or text[10] not in "T " or not text.isascii():
        return None
    try:
        return datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+")).replace(
            microsecond=0
        )
    except ValueError:
        return None


def _read_numeric(found: re.Match[str]) -> Written | None:
    first, middle, last = found[1], found[3], found[4]
    numbers = (int(first), int(middle), int(last))
    if len(first) == 4 and len(last) <= 2:  # noqa: PLR2004 - digits of a year, of a day
        return Written(numbers, (YMD,))
    if len(first) <= 2 and len(last) == 4:  # noqa: PLR2004
        return _open(numbers, (DMY, MDY))
    if len(first) == len(last) == 2:  # noqa: PLR2004
        return _open(numbers, (DMY, MDY, YMD), has_short_year=True)
    if len(first) == 1 and len(last) == 2:  # noqa: PLR2004
        return _open(numbers, (DMY, MDY), has_short_year=True)
    return None


def _open(
    numbers: tuple[int, int, int], orders: tuple[str, ...], *, has_short_year: bool = False
) -> Written:
    """Return a day with all its orders, or with one of them if they come to the same day."""
    written = Written(numbers, orders, has_short_year=has_short_year)
    days = {written.day_of(order) for order in orders}
    if len(days) > 1 or None in days:
        return written
    return Written(numbers, orders[:1], has_short_year=has_short_year)


def _read_unit(text: str) -> Written | None:
    """Read a month or a week of the ISO calendar."""
    if (found := _MONTH_ONLY.fullmatch(text)) is not None:
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        return Written((int(year), int(month), 1), (YMD,), MONTH)
    if (found := _ISO_WEEK.fullmatch(text)) is not None:
        try:
            day = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            return None
        return Written((day.year, day.month, day.day), (YMD,), WEEK)
    return None


def _read_named(text: str) -> Written | None:
    """Read a day or month with the month's name."""
    for candidate in (text, _WEEKDAY.sub("", text, count=1)):
        if (found := _DAY_NAME_YEAR.fullmatch(candidate)) is not None:
            month = MONTHS.get(found[2].casefold())
            numbers = (int(found[1]), month or 0, int(found[3]))
            is_short = len(found[3]) == 2  # noqa: PLR2004
            return Written(numbers, (DMY,), has_short_year=is_short) if month else None
        if (found := _NAME_DAY_YEAR.fullmatch(candidate)) is not None:
            month = MONTHS.get(found[1].casefold())
            return Written((month, int(found[2]), int(found[3])), (MDY,)) if month else None
        if (found := _NAME_YEAR.fullmatch(candidate)) is not None:
            month = MONTHS.get(found[1].casefold())
            return Written((int(found[2]), month, 1), (YMD,), MONTH) if month else None
    return None


def _read_zone(text: str) -> tzinfo | None:
    if not text:
        return None
    if text.upper() in _ZONES:
        return timezone(timedelta(hours=_ZONES[text.upper()]))
    found = _ZONE.fullmatch(text)
    if found is None:
        raise CellError(f"The time zone '{shown(text)}' is not known; write its hours: +02:00.")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)


def _full_year(year: int) -> int:
    return year + (1900 if year >= _PIVOT else 2000)
