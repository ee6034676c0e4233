"""The rules of W3C trace context."""

import pytest

from omnify.telemetry.traces import continue_trace, format_traceparent, parse_traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class TestParseTraceparent:
    def test_reads_a_header(self):
        trace = parse_traceparent(f"00-{TRACE}-{SPAN}-01", "vendor=1")

        assert (trace.trace_id, trace.span_id, trace.flags, trace.state) == (
            TRACE,
            SPAN,
            1,
            "vendor=1",
        )
        assert format_traceparent(trace) == f"00-{TRACE}-{SPAN}-01"

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "garbage",
            f"ff-{TRACE}-{SPAN}-01",
            f"00-{TRACE}-{SPAN}-01-extra",
            f"00-{'0' * 32}-{SPAN}-01",
            f"00-{TRACE}-{'0' * 16}-01",
            f"00-{TRACE.upper()}-{SPAN}-01",
            f"00-{TRACE[:-1]}-{SPAN}-01",
        ],
    )
    def test_refuses_what_is_malformed(self, header):
        assert parse_traceparent(header) is None

    def test_reads_a_future_version_as_far_as_it_can(self):
        assert parse_traceparent(f"cc-{TRACE}-{SPAN}-01-what-the-future-is").span_id == SPAN


class TestContinueTrace:
    def test_goes_on_below_the_caller(self):
        trace = continue_trace(f"00-{TRACE}-{SPAN}-01")

        assert trace.trace_id == TRACE
        assert trace.span_id != SPAN

    def test_begins_anew_without_one(self):
        assert continue_trace("").trace_id != continue_trace("").trace_id
