"""When a cron comes, beside a simulation that looks at every minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omnify.jobs.crons import Cron, CronError

MINUTE = timedelta(minutes=1)
#: Each with a day around which its clock jumps.
JUMPS = (
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2027, 3, 27, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 18, tzinfo=UTC)),
    ("America/New_York", datetime(2027, 3, 13, 18, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2027, 4, 3, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 3, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, 22, tzinfo=UTC)),
    ("UTC", datetime(2026, 12, 31, 12, tzinfo=UTC)),
)
HOURS = 36


def simulate(cron, start, hours=HOURS):
    """Look at every minute: what the clock shows, showed before, and skipped since the last."""
    zone, found, shown = ZoneInfo(cron.zone), [], set()

    wanted = croniter.expand(cron.fields)[0]

    def matches(local):
        weekday = local.isoweekday() % 7
        shown = (local.minute, local.hour, local.day, local.month, weekday)
        is_in = [each == ["*"] or part in each for part, each in zip(shown, wanted, strict=True)]
        day, weekday = (
            is_in[2::2] if "*" not in (*wanted[2], *wanted[4]) else [is_in[2] and is_in[4]] * 2
        )
        return is_in[0] and is_in[1] and is_in[3] and (day or weekday)

    def clock(moment):
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)

    minutes = [start + MINUTE * number for number in range(-180, hours * 60 + 1)]
    for (_, before), (moment, local) in pairwise((each, clock(each)) for each in minutes):
        skipped = (local - before) // MINUTE
        due = matches(local) and (cron.is_each_hour or local not in shown)
        if not cron.is_each_hour:
            due = due or any(matches(local - MINUTE * back) for back in range(1, skipped))
        shown.add(local)
        if due and moment > start:
            found.append(moment)
    return found


def compute(cron, start, hours=HOURS):
    found, moment, end = [], start, start + timedelta(hours=hours)
    while (moment := cron.next_after(moment)) <= end:
        found.append(moment)
    return found


minutes = st.sampled_from(["0", "30", "*/15", "5,35", "59", "10-12"])
hours = st.sampled_from(["*", "*/2", "*/3", "0", "1", "2", "3", "1-3", "2,3", "0-23", "12"])
days = st.sampled_from(["* * *", "* * 0", "* * sat,sun", "30 12 *", "*/2 * *", "31 * 1", "* * 1-5"])


class TestNextAfter:
    @settings(max_examples=60, deadline=None)
    @given(st.builds("{} {} {}".format, minutes, hours, days), st.sampled_from(JUMPS))
    @example("30 2 * * *", JUMPS[0])
    @example("30 2 * * *", JUMPS[1])
    @example("15,30 2 * * *", JUMPS[1])
    @example("0 2,3 * * *", JUMPS[1])
    @example("15 2 * * *", JUMPS[5])
    @example("*/15 * * * *", JUMPS[4])
    @example("0 12 30 12 *", JUMPS[6])
    def test_is_what_a_look_at_every_minute_finds(self, fields, jump):
        zone, start = jump
        cron = Cron(fields, zone)

        assert compute(cron, start) == simulate(cron, start)

    @pytest.mark.parametrize(
        ("day", "count"), [((2026, 10, 25), 25), ((2027, 3, 28), 23), ((2026, 11, 30), 24)]
    )
    def test_comes_in_each_hour_that_a_day_in_berlin_has(self, day, count):
        zone = ZoneInfo("Europe/Berlin")
        start = datetime(*day, tzinfo=zone).astimezone(UTC) - MINUTE
        end = (datetime(*day, tzinfo=zone) + timedelta(days=1)).astimezone(UTC) - MINUTE

        cron = Cron("0 * * * *", zone.key)
        found = compute(cron, start, (end - start) // timedelta(hours=1))
        assert len(found) == count
        assert len({cron.slot(moment) for moment in found}) == count

    def test_is_once_where_the_clock_shows_it_twice(self):
        cron = Cron("30 2 * * *", "Europe/Berlin")
        found = compute(cron, datetime(2026, 10, 24, 12, tzinfo=UTC))

        assert [cron.slot(moment) for moment in found] == ["2026-10-25T02:30"]


class TestCheck:
    @pytest.mark.parametrize(
        ("fields", "zone", "words"),
        [
            ("61 * * * *", "UTC", "61"),
            ("* * * *", "UTC", r"'\* \* \* \*' in 'UTC' is no schedule: write minute"),
            ("* * * * * *", "UTC", "write minute"),
            ("@daily", "UTC", "write minute"),
            ("0 0 30 2 *", "UTC", "is no schedule"),
            ("0 0 * * xyz", "UTC", "is no schedule"),
            ("R R * * *", "UTC", "write minute"),
            ("0 0 * * *", "Mars/Base", "no such IANA time zone"),
            ("0 0 * * *", "../etc/passwd", "no such IANA time zone"),
        ],
    )
    def test_says_what_is_wrong(self, fields, zone, words):
        with pytest.raises(CronError, match=words):
            Cron(fields, zone).check()
