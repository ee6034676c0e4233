"""Rows become metrics of their days or spans, without totals; rows of one day are added up."""

from datetime import date

import pytest

from apps.integrations.imports.reading import FileReader, levels_of, summing
from tests.apps.integrations.imports.reading.reads import (
    check_of,
    codes_of,
    errors_of,
    metrics_of,
    plan_of,
    spans,
    sums_of,
    text_of,
)

LONG = {"channels": ..., "channel": "channel", "spend": "spend", "clicks": "clicks"}


class TestMetrics:
    def test_are_a_days_of_the_organization_and_each_channel(self):
        text = text_of("day,spend,clicks,sales", "2026-01-01,1,2,3", "2026-01-02,0,,4")

        found = metrics_of(text, revenue="sales")

        assert [(each.level, each.channel, str(each.date), each.micros) for each in found] == [
            ("organization", "", "2026-01-01", {"revenue": 3_000_000}),
            ("channel", "tv", "2026-01-01", {"spend": 1_000_000, "clicks": 2_000_000}),
            ("organization", "", "2026-01-02", {"revenue": 4_000_000}),
            ("channel", "tv", "2026-01-02", {"spend": 0, "clicks": None}),
        ]

    def test_of_a_long_file_have_the_channel_of_their_row(self):
        text = text_of(
            "day,channel,spend,clicks,value",
            *("2026-01-01,Google,1,2,3", "2026-01-01,Bing,4,5,6", "2026-01-02,GOOGLE,7,8,9"),
        )

        found = metrics_of(text, **LONG, revenue="value")

        assert [(each.channel, each.micros["attributed_revenue"]) for each in found] == [
            ("Google", 3_000_000),
            ("Bing", 6_000_000),
            ("Google", 9_000_000),
        ]

    def test_of_a_long_file_need_a_channel(self):
        text = text_of("day,channel,spend,clicks", "2026-01-01,,1,1", '2026-01-02,"=a",1,1')

        assert errors_of(check_of(text, **LONG)) == [(2, "channel", ""), (3, "channel", "=a")]

    @pytest.mark.parametrize(
        ("changes", "level", "names"),
        [
            ({"campaign": "campaign"}, "campaign", ["A", "B"]),
            ({"campaign": "campaign", "ad": "ad"}, "ad", ["A", "B"]),
            ({"account": "account"}, "account", [""]),
            ({"campaign": "campaign", "level": "channel"}, "channel", [""]),
            ({}, "channel", [""]),
        ],
    )
    def test_are_of_the_level_whose_column_is_named(self, changes, level, names):
        text = text_of(
            "day,account,campaign,ad,spend,clicks",
            *("2026-01-01,ACME,A,x,1,1", "2026-01-01,ACME,B,y,2,2"),
        )

        found = metrics_of(text, **changes)

        assert {each.level for each in found} == {level}
        assert [each.campaign for each in found] == names
        assert sum(each.micros["spend"] for each in found) == 3_000_000

    def test_of_one_day_are_added_up_and_told(self):
        text = text_of("day,spend,clicks", "2026-01-01,1,", "2026-01-01,2,5", "2026-01-02,4,")

        found = check_of(text)

        assert [each.values for each in metrics_of(text)] == [
            (3_000_000, 5_000_000),
            (4_000_000, None),
        ]
        assert (found.row_count, found.metric_count) == (3, 2)
        assert codes_of(found) == ["empty", "summed"]

    def test_of_one_day_are_added_up_wherever_they_are(self):
        text = text_of("day,spend,clicks", "2026-01-01,1,1", "2026-01-02,2,2", "2026-01-01,4,4")

        assert spans(text) == [("2026-01-01",) * 2 + (5,), ("2026-01-02",) * 2 + (2,)]

    def test_do_not_add_up_reach(self):
        channels = [{"name": "tv", "spend": "spend", "reach": "clicks"}]
        text = text_of("day,spend,clicks", *["2026-01-01,1,9"] * 3, "2026-01-02,1,9")

        found = check_of(text, channels=channels)

        assert [each.values for each in metrics_of(text, channels=channels)] == [
            (3_000_000, None),
            (1_000_000, 9_000_000),
        ]
        assert sums_of(found) == {("tv", "spend"): "4", ("tv", "reach"): None}
        assert "not_additive" in codes_of(found)

    def test_have_names_of_one_line(self):
        text = text_of("day,campaign,spend,clicks", "2026-01-01,=A1,1,1", '2026-01-01,"a\nb",1,1')

        assert errors_of(check_of(text, campaign="campaign")) == [
            (2, "campaign", "=A1"),
            (3, "campaign", "a\nb"),
        ]

    def test_of_rows_with_errors_are_left_out(self):
        text = text_of("day,spend,clicks", "2026-01-01,x,1", "2026-01-02,1,y", "2026-01-03,2,2")

        found = check_of(text)

        assert errors_of(found) == [(2, "spend", "x"), (3, "clicks", "y")]
        assert (found.row_count, found.metric_count) == (3, 1)

    def test_have_at_most_fifty_errors_listed_in_the_order_of_lines(self):
        rows = [f"2026-01-01,{'x' if n % 2 else 1},{'y' if n % 3 else 1}" for n in range(900)]

        found = check_of(text_of("day,spend,clicks", *rows))

        assert (len(found.errors), found.error_count) == (50, 450 + 600)
        lines = [each.line for each in found.errors]
        assert lines == sorted(lines)
        assert lines[0] == 3

    def test_name_days_that_are_missing(self):
        text = text_of("day,spend,clicks", "2026-01-01,1,1", "2026-01-05,1,1", "2026-01-06,1,1")

        [gap] = check_of(text).gaps

        assert (str(gap.first), str(gap.last)) == ("2026-01-02", "2026-01-04")


class TestLevelsOf:
    def test_are_those_of_the_mapping(self):
        text = text_of("day,spend,clicks,sales,campaign", "2026-01-01,1,1,1,A")

        assert levels_of(plan_of(text, revenue="sales", campaign="campaign")) == {
            "revenue": "organization",
            "spend": "campaign",
            "clicks": "campaign",
        }


class TestCurrencies:
    def test_may_be_in_a_column(self):
        text = text_of("day,spend,clicks,code", "2026-01-01,1,1,eur", "2026-01-02,1,1,€")

        assert check_of(text, currency="code").currency == "EUR"

    def test_that_differ_are_errors(self):
        text = text_of(
            "day,spend,clicks,code",
            *("2026-01-01,1,1,EUR", "2026-01-02,1,1,USD", "2026-01-03,1,1,ERU", "Total,1,1,--"),
        )

        found = check_of(text, currency="code")

        assert errors_of(found) == [(3, "code", "USD"), (4, "code", "ERU")]
        assert "line 2 in EUR" in found.errors[0].message

    def test_that_a_known_column_contradicts_are_errors(self):
        text = text_of("day,spend,clicks,Currency", "2026-01-01,1,1,EUR", "2026-01-02,1,1,USD")

        assert errors_of(check_of(text)) == [(3, "Currency", "USD")]
        assert check_of(text.replace("USD", "?")).error_count == 0

    def test_that_a_header_contradicts_are_told(self):
        text = text_of("day,Cost (USD)", "2026-01-01,1")
        channels = [{"name": "tv", "spend": "Cost (USD)"}]

        assert codes_of(check_of(text, channels=channels)) == ["currency"]
        assert codes_of(check_of(text, channels=channels, currency="USD")) == []


class TestBoundedMemory:
    def test_gives_the_same_sums_as_in_memory(self):
        rows = [f"2026-01-{n % 28 + 1:02},C{n % 7},{n},1" for n in range(1000)]
        text = text_of("day,channel,spend,clicks", *rows)

        found = metrics_of(text, **LONG, most_keys=20)

        keys = [(each.date, each.channel) for each in found]
        assert len(keys) == len(set(keys)) == 28
        assert keys == sorted(keys)
        assert sum(each.micros["spend"] for each in found) == sum(range(1000)) * 1_000_000

    def test_yields_days_that_are_in_runs_in_the_files_order(self):
        rows = [f"2026-01-{28 - n // 100:02},C{n % 50},{n},1" for n in range(1000)]
        text = text_of("day,channel,spend,clicks", *rows)

        days = [each.date for each in metrics_of(text, **LONG, most_keys=20)]

        assert len(days) == 500
        assert days == sorted(days, reverse=True)


class TestSums:
    def test_keep_what_does_not_fit_in_sorted_files(self):
        sums = summing.Sums(
            lambda one, two: [one[0] + two[0]],
            key_type=tuple[date, str],
            value_type=list[int],
            most_keys=3,
        )
        for number in range(50):
            sums.put((date(2026, 1, number % 5 + 1), str(number % 4)), [1])

        drained = [entry for batch in sums.drain() for entry in batch]

        assert [key for key, _ in drained] == sorted(key for key, _ in drained)
        assert len(drained) == 20
        assert sum(value[0] for _, value in drained) == 50
        assert list(sums.drain()) == []


class TestReading:
    def test_says_what_it_came_to(self):
        reading = FileReader(plan_of(text_of("day,spend,clicks", "2026-01-01,1,1")))

        assert reading.check().metric_count == 0
        assert len(list(reading.iter_metrics())) == 1
        assert reading.check().metric_count == 1
        assert list(reading.iter_orders()) == list(reading.iter_touchpoints()) == []
