"""A difference says where it is and how to see it again; nothing else counts as one."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.layouts import coverage
from tests.layouts.canonical import Canonical
from tests.layouts.plans import SINGLES, Plan
from tests.layouts.transcript import Step, Transcript, compare, differences


def transcript(**changes):
    values = {"status": 200, "headers": {}, "body": {"spend": "1.00"}, "calls": [], "rows": {}}
    return Transcript([Step("GET /api/x", **(values | changes))], [], {})


class TestCompare:
    def test_names_layout_step_field_values_and_command(self):
        plan = Plan(SINGLES, has_own_databases=True)

        [found] = compare(plan, transcript(), transcript(body={"spend": "2.00"}))

        assert str(found) == (
            f"layout  {'|'.join(name for (name,) in SINGLES)} with own databases\n"
            "step    1 GET /api/x\n"
            "field   body.spend\n"
            "monolith has '1.00'\n"
            "layout has   '2.00'\n"
            "repeat with: python -m tests.layouts --layout "
            f"'{'|'.join(name for (name,) in SINGLES)}' --own-databases"
        )

    def test_sees_every_part_of_a_step(self):
        plan = Plan(SINGLES)
        for changed in (
            {"status": 404},
            {"headers": {"Retry-After": "1"}},
            {"calls": [{"method": "a.b"}]},
            {"rows": {"auth.user": 2}},
        ):
            assert list(compare(plan, transcript(), transcript(**changed)))

    def test_sees_events_and_rows_at_the_end(self):
        other = transcript()
        other.events.append({"topic": "a.b.done"})
        other.rows["auth.user"] = [{"id": "1"}]

        found = [difference.field for difference in compare(Plan(SINGLES), transcript(), other)]

        assert found == ["events[0]", "rows.auth.user"]


class TestDifferences:
    @pytest.mark.parametrize(
        ("one", "other", "path"),
        [
            ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]"),
            ({"a": 1}, {}, "a"),
            ([1], [1, 2], "[1]"),
            ({"a": {"b": 1}}, {"a": {"b": True}}, "a.b"),
            ({"a": 1}, {"a": 1.0}, "a"),
        ],
    )
    def test_names_the_place(self, one, other, path):
        assert [place for place, *_ in differences(one, other)] == [path]


class TestCanonical:
    def test_names_ids_in_the_order_in_which_they_come(self):
        canonical = Canonical()
        first = "01a1fe41-6878-72a4-b304-8d578ea7b20f"
        second = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

        assert canonical.value([first, second, first.replace("-", "")]) == [
            "<id 1>",
            "<id 2>",
            "<id 1>",
        ]
        assert canonical.value(f"/agents/{second}/runs") == "/agents/<id 2>/runs"

    def test_keeps_times_that_are_data(self):
        now = datetime.now(UTC)

        assert Canonical().value(now.isoformat()) == "<now -0 days>"
        assert Canonical().value((now + timedelta(days=30)).isoformat()) == "<now +30 days>"
        assert Canonical().value("2019-11-11T00:00:00Z") == "2019-11-11T00:00:00Z"

    def test_hides_secrets_and_addresses(self):
        canonical = Canonical()
        token = f"01a1fe41-6878-72a4-b304-8d578ea7b20f.3.{'x' * 30}"

        assert canonical.value(token) == "<secret>"
        assert canonical.value("http://127.0.0.1:8001/a") == "<address>/a"

    def test_leaves_numbers_alone(self):
        assert Canonical().value({"a": [1, "1.50", None, True]}) == {"a": [1, "1.50", None, True]}


class TestCoverage:
    def test_misses_what_no_step_touches(self):
        touched = transcript(calls=[{"method": "ml.forecast", "calls": []}])

        assert coverage.touched_methods(touched) == {"ml.forecast"}
        assert coverage.every_method() > coverage.touched_methods(touched)
        assert coverage.every_event() > coverage.touched_events(touched)
