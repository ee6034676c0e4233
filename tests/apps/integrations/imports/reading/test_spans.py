"""Rows span days, weeks or months as the mapping, the columns or their gaps say."""

import pytest

from tests.apps.integrations.imports.reading.reads import (
    check_of,
    codes_of,
    errors_of,
    refusal_of,
    spans,
    text_of,
)
from tests.apps.integrations.imports.reading.test_proposals import preview_of


class TestSpans:
    def test_are_weeks_where_all_days_are_a_week_apart(self):
        text = text_of("day,spend,clicks", "2026-01-12,1,1", "2026-01-05,2,1")

        assert spans(text) == [("2026-01-12", "2026-01-18", 1), ("2026-01-05", "2026-01-11", 2)]
        assert (check_of(text).grain, codes_of(check_of(text))) == ("week", ["grain"])

    def test_are_months_where_all_days_are_firsts(self):
        text = text_of("day,spend,clicks", "2026-01-01,1,1", "2026-02-01,2,1", "2026-04-01,2,1")

        found = check_of(text)

        assert spans(text)[1] == ("2026-02-01", "2026-02-28", 2)
        assert (found.grain, codes_of(found)) == ("month", ["grain"])
        assert [str(each.first) for each in found.gaps] == ["2026-03-01"]

    @pytest.mark.parametrize("day", ["Feb 2026", "2026-02", "February 2026", "02/2026"])
    def test_are_months_where_cells_say_so(self, day):
        assert spans(text_of("day,spend,clicks", f"{day},1,1")) == [("2026-02-01", "2026-02-28", 1)]

    def test_of_a_single_day_are_that_day(self):
        assert check_of(text_of("day,spend,clicks", "2026-02-01,1,1")).grain == "day"

    def test_are_what_people_say(self):
        text = text_of("day,spend,clicks", "2026-01-05,1,1", "2026-01-12,2,1")

        assert check_of(text, grain="day").grain == "day"
        assert spans(text_of("day,spend,clicks", "2026-02-11,1,1"), grain="month") == [
            ("2026-02-01", "2026-02-28", 1)
        ]
        assert codes_of(check_of(text, grain="week")) == []

    @pytest.mark.parametrize(
        "days", [["2026-01-05", "2026-01-19", "2026-01-26"], ["2026-01-31", "2026-02-28"]]
    )
    def test_that_may_be_meant_are_told(self, days):
        found = check_of(text_of("day,spend,clicks", *(f"{day},1,1" for day in days)))

        assert (found.grain, codes_of(found)) == ("day", ["grain_open"])

    def test_of_one_month_are_one_wherever_their_rows_are(self):
        text = text_of("day,spend,clicks", "2026-02-11,1,1", "2026-03-01,4,1", "2026-02-20,2,1")

        assert spans(text, grain="month") == [
            ("2026-02-01", "2026-02-28", 3),
            ("2026-03-01", "2026-03-31", 4),
        ]

    def test_of_one_day_are_one_however_it_is_written(self):
        text = text_of("day,spend,clicks", "2026-02-11,1,1", "2026-03-01,4,1", "11 Feb 2026,2,1")

        assert [value for _, _, value in spans(text)] == [3, 4]

    def test_that_would_overlap_are_refused(self):
        text = text_of("day,spend,clicks", "2026-01-05,1,1", "2026-01-06,2,1")

        assert "2026-01-05 and 2026-01-06" in refusal_of(text, grain="week")["message"]

    def test_end_where_a_column_says(self):
        text = text_of(
            "day,last,spend,clicks", "2026-01-05,2026-01-09,1,1", "2026-01-10,2026-01-10,2,1"
        )

        assert spans(text, end="last") == [
            ("2026-01-05", "2026-01-09", 1),
            ("2026-01-10", "2026-01-10", 2),
        ]
        assert check_of(text, end="last").grain == "span"

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("Reporting starts", "Reporting ends"),
            ("Start Date", "End date"),
            ("Berichtsstart", "Berichtsende"),
            ("From", "To"),
        ],
    )
    def test_end_where_a_known_column_stands_beside(self, start, end):
        text = text_of(f"{start},{end},spend,clicks", "2026-01-01,2026-01-31,1,1")

        assert spans(text, date=start) == [("2026-01-01", "2026-01-31", 1)]
        assert check_of(text, date=start).grain == "month"

    @pytest.mark.parametrize("header", ["from,to,campaign", "from,to,device"])
    def test_of_one_name_that_overlap_are_told(self, header):
        rows = ("2026-01-05,2026-01-11,A,1,1", "2026-01-06,2026-01-12,A,1,1")

        found = check_of(text_of(f"{header},spend,clicks", *rows), date="from", end="to")

        assert codes_of(found) == ["overlap"]
        assert "from 2026-01-05 to 2026-01-11 and from 2026-01-06 to" in found.warnings[0].message

    def test_of_several_names_may_overlap(self):
        rows = ("2026-01-05,2026-01-11,A,1,1", "2026-01-06,2026-01-12,B,2,1")
        text = text_of("from,to,campaign,spend,clicks", *rows)

        assert codes_of(check_of(text, date="from", end="to")) == []

    def test_that_end_before_they_begin_are_errors(self):
        text = text_of("day,last,spend,clicks", "2026-01-05,2026-01-04,1,1", "2026-01-05,x,1,1")

        assert errors_of(check_of(text, end="last")) == [
            (2, "last", "2026-01-04"),
            (3, "last", "x"),
        ]


class TestSpansInOneCell:
    WEEKS = ("2026-01-05 - 2026-01-11,1,1", "2026-01-12 - 2026-01-18,2,1")

    @pytest.mark.parametrize(
        "rows",
        [
            WEEKS,
            ("05.01.2026 \u2013 11.01.2026,1,1", "12.01.2026 \u2013 18.01.2026,2,1"),
            ("01/05/2026 - 01/11/2026,1,1", "01/12/2026 - 01/18/2026,2,1"),
            ("Jan 5 2026 to Jan 11 2026,1,1", "Jan 12 2026 to Jan 18 2026,2,1"),
        ],
    )
    def test_have_their_first_and_last_day(self, rows):
        text = text_of("day,spend,clicks", *rows)

        assert spans(text) == [("2026-01-05", "2026-01-11", 1), ("2026-01-12", "2026-01-18", 2)]
        assert check_of(text).grain == "week"

    def test_may_stand_beside_days(self):
        text = text_of("day,spend,clicks", *self.WEEKS, "2026-01-19,3,1")

        assert spans(text)[2] == ("2026-01-19", "2026-01-19", 3)

    def test_are_proposed(self):
        found = preview_of("Week;Spend\n05.01.2026 - 11.01.2026;5\n", currency="EUR")

        assert (found.proposal["date"], found.grain, found.error_count) == ("Week", "week", 0)

    def test_are_refused_below_days(self):
        text = text_of("day,spend,clicks", "2026-01-04,3,1", *self.WEEKS)

        assert [line for line, _, _ in errors_of(check_of(text))] == [3, 4]

    def test_are_refused_where_they_end_before_they_begin(self):
        text = text_of("day,spend,clicks", "2026-01-11 - 2026-01-05,1,1")

        assert check_of(text).error_count == 1
