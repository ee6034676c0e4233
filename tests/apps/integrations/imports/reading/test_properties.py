"""Random exports are read back exactly, or asked about; never wrongly."""

import io
from contextlib import suppress

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from apps.integrations.imports.reading import FileReader, check, make_mapping, prepare
from omnify.exceptions import InvalidInputError
from tests.apps.integrations.imports.reading.exports import exports
from tests.apps.integrations.imports.reading.reads import TODAY


def plan_of(export, **changes):
    return prepare(
        io.BytesIO(export.content),
        make_mapping(export.mapping | changes),
        timezone="UTC",
        today=TODAY,
    )


def read(plan):
    """Return what a file holds, by day, channel and measure; errors are none."""
    reading = FileReader(plan)
    found = {
        (metric.date, metric.channel, measure): value
        for metric in reading.iter_metrics()
        for measure, value in metric.micros.items()
    }
    assert not reading.check().errors
    return found


def expected_of(export):
    return {
        (day, " ".join(channel.split()), measure): value
        for (day, channel, measure), value in export.expected.items()
    }


class TestRandomExports:
    @given(exports())
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    def test_are_read_exactly_or_asked_about(self, export):
        plan = plan_of(export)
        note(str(export.content[:500]))

        if plan.questions:
            asked = {each.option for question in plan.questions for each in question.readings}
            plan = plan_of(export, options={name: export.options[name] for name in asked})

        assert not plan.questions
        assert read(plan) == expected_of(export)

    @given(exports())
    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    def test_have_the_true_reading_among_those_asked_about(self, export):
        plan = plan_of(export)

        for question in plan.questions:
            values = {each.value for each in question.readings}
            assert export.options[question.readings[0].option] in values


class TestAnyBytes:
    @given(st.binary(max_size=400))
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    def test_are_read_or_refused(self, content):
        self.read(content)

    @given(st.text(st.sampled_from('day,spend\n";\t=-.\x00 12/€'), max_size=200))
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    def test_that_look_like_a_table_are_read_or_refused(self, text):
        self.read(("day,spend\n" + text).encode())

    def read(self, content):
        mapping = make_mapping({"date": "day", "currency": "EUR", "spend": "spend"})
        with suppress(InvalidInputError):
            found = check(prepare(io.BytesIO(content), mapping, timezone="UTC", today=TODAY))
            assert found.error_count >= len(found.errors)
