"""Which days are due, by when they were asked, how, and how old they were then."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.integrations.platforms.rows import Slice
from apps.integrations.syncing.coverage import Coverage, Covered, cut, halve, slices_of
from apps.integrations.syncing.zones import find_zone, today

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
REFETCH = ((6, 2), (24, 28), (168, 90))
TODAY = date(2026, 11, 25)


def back(days):
    return TODAY - timedelta(days=days)


def due(coverage, *, oldest=120, shape="1", now=NOW, zone=UTC):
    first = back(oldest)
    found = coverage.find_due(
        (first, today(zone, now)), shape=shape, refetch=REFETCH, now=now, zone=zone
    )
    return [((NOW.date() - first).days, (NOW.date() - last).days) for first, last in found]


def asked(first, last, *, ago=timedelta(0), shape="1"):
    return Covered(back(first), back(last), shape, NOW - ago)


class TestFindDue:
    def test_is_all_at_first(self):
        assert due(Coverage()) == [(120, 0)]

    @pytest.mark.parametrize(
        ("ago", "ranges"),
        [
            (timedelta(hours=1), [(1, 0)]),
            # What was asked a day ago was a day younger then.
            (timedelta(days=1), [(28, 0)]),
            (timedelta(days=7), [(96, 0)]),
        ],
    )
    def test_is_what_may_have_changed_since(self, ago, ranges):
        whole = Coverage([asked(120, 0, ago=ago)])

        assert due(whole) == ranges

    def test_is_what_was_open_before_a_long_pause(self):
        whole = Coverage([asked(120, 100, ago=timedelta(days=100))])

        assert due(whole) == [(120, 0)]

    def test_is_what_was_asked_in_another_shape(self):
        whole = Coverage([asked(120, 60), asked(59, 0, shape="2")])

        assert due(whole, shape="2") == [(120, 60), (1, 0)]

    def test_ends_with_the_zone_s_own_day(self):
        auckland, midway = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Midway")
        half_past = NOW.replace(hour=11, minute=30)

        assert due(Coverage(), oldest=1, now=half_past, zone=auckland) == [(1, -1)]
        assert due(Coverage(), oldest=1, now=NOW.replace(hour=9), zone=midway) == [(1, 1)]


class TestMark:
    def test_replaces_what_was_known_of_the_days(self):
        first = asked(10, 0, ago=timedelta(days=1))
        coverage = Coverage([first]).mark(asked(6, 4))

        assert [(each.first, each.last) for each in coverage.ranges] == [
            (back(10), back(7)),
            (back(6), back(4)),
            (back(3), back(0)),
        ]

    def test_joins_what_was_asked_at_once(self):
        coverage = Coverage().mark(asked(3, 0)).mark(asked(9, 4))

        assert [(each.first, each.last) for each in coverage.ranges] == [(back(9), back(0))]


class TestFindWhole:
    def test_ends_before_the_day_that_was_open(self):
        assert Coverage([asked(9, 0)]).find_whole(UTC) == (back(9), back(1))

    def test_begins_after_the_last_hole(self):
        assert Coverage([asked(20, 12), asked(9, 0)]).find_whole(UTC) == (back(9), back(1))

    def test_is_none_of_an_open_day_alone(self):
        assert Coverage([asked(0, 0)]).find_whole(UTC) is None


class TestCut:
    def test_is_to_what_is_kept_and_has_begun(self):
        long_ago, tomorrow = back(1200), back(-1)

        assert cut((long_ago, tomorrow), history_days=30, today=TODAY) == (back(29), TODAY)
        assert cut((long_ago, back(600)), history_days=30, today=TODAY) is None


class TestSlices:
    def test_are_newest_first_and_whole(self):
        found = list(slices_of(back(6), back(0), 3))

        assert found == [(back(2), back(0)), (back(5), back(3)), (back(6), back(6))]

    def test_are_halved_without_a_hole(self):
        newer, older = halve(Slice("metrics", "ad", back(2), back(0)))

        assert (older.first, older.last, newer.first, newer.last) == (
            *(back(2), back(2)),
            *(back(1), back(0)),
        )


class TestZones:
    @pytest.mark.parametrize("name", ["Mars/Base", "", "../etc"])
    def test_are_utc_where_nobody_knows_them(self, name):
        assert find_zone(name) is UTC
