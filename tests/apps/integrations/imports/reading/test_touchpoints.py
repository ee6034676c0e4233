"""Paths and touches are read; identical rows add up."""

from datetime import UTC, datetime

from apps.integrations.imports.reading import FileReader
from tests.apps.integrations.imports.reading.reads import (
    MAPPING,
    check_of,
    errors_of,
    plan_of,
    sums_of,
)

PATHS = dict.fromkeys(MAPPING, ...) | {
    "kind": "touchpoints",
    "at": "day",
    "path": "path",
    "conversions": "conv",
    "value": "value",
    "currency": "EUR",
}
TOUCHES = dict.fromkeys(MAPPING, ...) | {
    "kind": "touchpoints",
    "at": "day",
    "customer": "who",
    "channel": "via",
}


def touches_of(content, **options):
    return list(FileReader(plan_of(content, **options)).iter_touchpoints())


class TestPaths:
    def test_are_split_into_channels(self):
        text = "day,path,conv,value\n2026-01-01,alpha > iota>  eta,1,2.5\n"

        [path] = touches_of(text, **PATHS)

        assert (path.path, path.conversions_micros) == (("alpha", "iota", "eta"), 1_000_000)
        assert (path.value_micros, path.nulls_micros, path.rows) == (2_500_000, None, 1)

    def test_that_are_identical_add_up(self):
        text = (
            "day,path,conv,value\n2026-01-01,a > b,1,2\n2026-01-01,A > b,3,\n2026-01-02,a > b,1,1\n"
        )

        found = touches_of(text, **PATHS)

        assert [(each.rows, each.conversions_micros, each.value_micros) for each in found] == [
            (2, 4_000_000, 2_000_000),
            (1, 1_000_000, 1_000_000),
        ]
        assert sums_of(check_of(text, **PATHS)) == {("", "conversions"): "5", ("", "value"): "3"}

    def test_with_empty_steps_are_errors(self):
        text = "day,path,conv,value\n2026-01-01,a > > b,1,1\n2026-01-01,,1,1\n2026-01-01,a,x,1\n"

        assert errors_of(check_of(text, **PATHS)) == [
            (2, "path", "a > > b"),
            (3, "path", ""),
            (4, "conv", "x"),
        ]


class TestTouches:
    def test_are_of_a_customer_and_channel(self):
        text = (
            "day,who,via\n2026-01-01 10:00,x,Alpha\n2026-01-01 10:00,x,alpha\n2026-01-01,x,beta\n"
        )

        found = touches_of(text, **TOUCHES)

        assert [(each.customer, each.path, each.rows) for each in found] == [
            ("x", ("Alpha",), 2),
            ("x", ("beta",), 1),
        ]
        assert [each.at for each in found] == [datetime(2026, 1, 1, 10, tzinfo=UTC), None]
        assert check_of(text, **TOUCHES).touchpoint_count == 2
