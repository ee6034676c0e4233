"""Days are read in the many forms of exports; what could be two days is asked about."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from apps.integrations.imports.reading.cells.days import DayStyle
from apps.integrations.imports.reading.refusals import CellError
from tests.apps.integrations.imports.reading.reads import (
    TODAY,
    check_of,
    codes_of,
    errors_of,
    metrics_of,
)

FIRST = date(2026, 9, 1)
BERLIN = ZoneInfo("Europe/Berlin")


def read(*cells, **options):
    """Return the check of a column of days."""
    rows = "\n".join(f'"{cell}",1,1' for cell in cells)
    return check_of(f"day,spend,clicks\n{rows}\n", **options)


def days(*cells, **options):
    found = read(*cells, **options)
    assert not found.error_count, found.errors
    assert not found.questions
    return found.first_date, found.last_date


class TestDays:
    @pytest.mark.parametrize(
        "text",
        [
            *("2026-09-01", "2026/9/1", "2026.09.01", "20260901", "46266", "46266.5"),
            *("1 Sep 2026", "Sep 1, 2026", "1. September 2026", "01-Sep-26", "September 1, 2026"),
            *("Tue, 1 Sep 2026", "Tuesday, September 1, 2026", "1 septembre 2026"),
            *("1 de septiembre de 2026", "1st Sep 2026", "1 settembre 2026"),
            *("2026-09-01 23:59", "2026-09-01T10:00:00", "2026-09-01 10:00:00.123"),
            *("Sep 1, 2026, 1:05 PM", "2026-09-01 01:05:00 PM", "2026-09-01T10:00:00Z"),
        ],
    )
    def test_are_read(self, text):
        assert days(text) == (FIRST, FIRST)

    @pytest.mark.parametrize(
        ("cells", "first", "last"),
        [
            (["13/09/2026", "01/10/2026"], date(2026, 9, 13), date(2026, 10, 1)),
            (["09/13/2026", "10/01/2026"], date(2026, 9, 13), date(2026, 10, 1)),
            (["13.9.2026", "1.10.2026"], date(2026, 9, 13), date(2026, 10, 1)),
            (["9/13/26", "10/1/26"], date(2026, 9, 13), date(2026, 10, 1)),
            (["09/09/2026", "10/10/2026"], date(2026, 9, 9), date(2026, 10, 10)),
        ],
    )
    def test_have_one_order_in_a_column(self, cells, first, last):
        assert days(*cells) == (first, last)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("2062-03-10", "after tomorrow"),
            ("9999-12-31", "after tomorrow"),
            ("9999-12-31T23:00:00-05:00", "after tomorrow"),
            ("2026-12-01", "after tomorrow"),
            ("1969-12-31", "before 1970"),
            ("0001-01-01", "before 1970"),
            ("0001-01-01T00:00:00+05:00", "before 1970"),
            ("0026-03-31", "before 1970"),
            ("12345", "before 1970"),
            ("2026-02-30", "calendar"),
            ("2026-13-01", "calendar"),
            ("00/00/2026", "calendar"),
            ("", "empty"),
            ("x", "not a day"),
            ("1", "not a day"),
            ("202\u0666-01-01", "not a day"),
            ("2026-01-01 25:00", "not a time"),
            ("2026-01-01 10:00 XYZ", "time zone"),
            ("=TODAY()", "formula"),
            ("1" * 400, "not a day"),
        ],
    )
    def test_are_refused(self, text, words):
        found = read("2026-09-01", text)

        assert [error.line for error in found.errors] == [3]
        assert words in found.errors[0].message

    @pytest.mark.parametrize("text", ["1970-01-01", "2026-11-30"])
    def test_end_with_tomorrow(self, text):
        assert days(text)[0] == date.fromisoformat(text)

    def test_are_those_of_the_organizations_zone(self):
        text = "2026-09-01 23:30:00 -0500"

        assert days(text)[0] == date(2026, 9, 2)
        assert days(text, timezone="America/New_York")[0] == date(2026, 9, 2)
        assert days(text, timezone="America/Los_Angeles")[0] == date(2026, 9, 1)

    def test_without_a_zone_are_as_they_are_written(self):
        assert days("2026-09-01 23:30", timezone="Asia/Tokyo")[0] == FIRST

    def test_of_a_column_in_utc_are_moved(self):
        text = "day (UTC),spend,clicks\n2026-09-01 23:30,1,1\n"

        [metric] = metrics_of(text, date="day (UTC)", timezone="Asia/Tokyo")

        assert metric.date == date(2026, 9, 2)

    def test_are_exact_moments_where_they_have_a_time(self):
        style = DayStyle("dmy", BERLIN, TODAY)

        assert style.parse_moment("2026-09-01 00:30") == (
            FIRST,
            datetime(2026, 8, 31, 22, 30, tzinfo=UTC),
        )
        assert style.parse_moment("2026-09-01") == (FIRST, None)
        assert style.parse_moment("1/9/2026 12:05 AM GMT+2")[1] == datetime(
            2026, 8, 31, 22, 5, tzinfo=UTC
        )

    def test_of_unknown_zones_are_refused(self):
        with pytest.raises(CellError, match="zone"):
            DayStyle("dmy", BERLIN, TODAY).parse("2026-09-01 10:00 Mars")


class TestAmbiguousDays:
    def test_are_asked_about_with_both_spans(self):
        [question] = read("01/09/2026", "03/09/2026").questions

        assert question.field == "day"
        assert [(each.option, each.value, each.sum) for each in question.readings] == [
            ("date_order", "dmy", None),
            ("date_order", "mdy", None),
        ]
        assert [(str(each.first), str(each.last)) for each in question.readings] == [
            ("2026-09-01", "2026-09-03"),
            ("2026-01-09", "2026-03-09"),
        ]

    def test_of_short_years_have_three_readings(self):
        [question] = read("01/02/03").questions

        assert [each.value for each in question.readings] == ["dmy", "mdy", "ymd"]

    @pytest.mark.parametrize(
        ("order", "first"), [("dmy", date(2026, 9, 1)), ("mdy", date(2026, 1, 9))]
    )
    def test_are_read_as_people_say(self, order, first):
        assert days("01/09/2026", options={"day": {"date_order": order}})[0] == first
        assert days("01/09/2026", options={"date_order": order})[0] == first

    def test_are_read_by_their_cells_whatever_people_say(self):
        assert days("13/09/2026", options={"date_order": "mdy"})[0] == date(2026, 9, 13)

    def test_of_a_known_export_have_its_order(self):
        text = "Start Date (in UTC),spend,clicks\n9/1/2026,1,1\n"

        assert check_of(text, date="Start Date (in UTC)").first_date == FIRST

    def test_follow_the_column_beside(self):
        text = "from,to,spend,clicks\n01/09/2026,13/09/2026,1,1\n"

        found = check_of(text, date="from", end="to")

        assert (found.first_date, found.questions) == (FIRST, ())

    def test_that_contradict_each_other_are_errors(self):
        found = read("13/09/2026", "14/09/2026", "09/15/2026")

        assert errors_of(found) == [(4, "day", "09/15/2026")]


class TestEmptyDays:
    def test_of_rows_of_totals_are_no_errors(self):
        found = read("2026-09-01", "--", "Total", "Grand total: 2 rows")

        assert found.error_count == 0
        assert (found.row_count, codes_of(found)) == (1, ["totals"])
        assert found.left_out[0].lines == (3, 4, 5)
