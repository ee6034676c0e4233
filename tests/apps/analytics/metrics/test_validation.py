"""A query that cannot be answered is refused with what could be asked instead."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.analytics.contract import Condition, MetricQuery
from apps.analytics.exceptions import QueryInvalidError
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.validation import EARLIEST_DAY, MAX_DAYS, refuse_invalid_query

FIRST = date(2020, 1, 1)
VALID = {
    "measures": ("spend", "roas"),
    "dimensions": ("channel", "period"),
    "grain": "week",
    "from_date": FIRST,
    "to_date": FIRST,
}


def refused(**changes):
    with pytest.raises(QueryInvalidError) as caught:
        refuse_invalid_query(MetricQuery(**VALID | changes))
    return caught.value.errors


class TestRefuseInvalidQuery:
    def test_lets_a_valid_query_pass(self):
        refuse_invalid_query(MetricQuery(**VALID))
        refuse_invalid_query(
            MetricQuery(**VALID | {"to_date": FIRST + timedelta(days=MAX_DAYS - 1)})
        )

    @pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "1E+99999999", "-1E+19"])
    def test_refuses_numbers_that_no_measure_has(self, number):
        condition = Condition(measure="spend", op=">", value=Decimal(number))

        assert [each["field"] for each in refused(having=(condition,))] == ["having"]

    def test_refuses_a_negative_limit(self):
        assert [each["field"] for each in refused(limit=-1)] == ["limit"]

    def test_names_every_unknown_name_with_what_there_is(self):
        errors = refused(measures=("spend", "profit", "x" * 500), dimensions=("moon",), grain="era")

        assert [error["field"] for error in errors] == [
            "measures",
            "measures",
            "dimensions",
            "grain",
        ]
        assert "'profit'" in errors[0]["message"]
        assert all(name in errors[0]["message"] for name in MEASURES)
        assert f"'{'x' * 64}'" in errors[1]["message"]
        assert "channel, period" in errors[2]["message"]
        assert "day, week, month" in errors[3]["message"]

    def test_wants_a_measure(self):
        assert [error["field"] for error in refused(measures=())] == ["measures"]

    def test_refuses_a_range_that_ends_before_it_begins(self):
        [error] = refused(to_date=date(2019, 12, 31))

        assert error["message"] == "2020-01-01 is after 2019-12-31."

    def test_refuses_days_before_which_none_could_be(self):
        [error] = refused(from_date=EARLIEST_DAY - timedelta(days=1), to_date=EARLIEST_DAY)

        assert error["message"] == "1969-12-31 is before 1970-01-01."

    def test_refuses_a_range_without_end(self):
        [error] = refused(to_date=FIRST + timedelta(days=MAX_DAYS))

        assert "4001 days; at most 4000" in error["message"]
