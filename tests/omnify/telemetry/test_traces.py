"""The rules of W3C trace context."""

import pytest

from omnify.telemetry.traces import (
    continue_trace,
    parse_traceparent,
    parse_tracestate,
)

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
            f"00-{TRACE}-{SPAN[:-1]}-01",
            f"00-{TRACE}-{SPAN}-1",
            f"00-{TRACE}-{SPAN}-0g",
            f"00-{TRACE}-{SPAN}-01-",
            f"0-{TRACE}-{SPAN}-01",
            f"cc-{TRACE}-{SPAN}-01.what-the-future-is",
            f"cc-{TRACE}-{SPAN}-0",
            f"00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01",
        ],
    )
    def test_refuses_what_is_malformed(self, header):
        assert parse_traceparent(header) is None

    @pytest.mark.parametrize("rest", ["", "-", "-what-the-future-is"])
    def test_reads_a_future_version_as_far_as_it_can(self, rest):
        assert parse_traceparent(f"cc-{TRACE}-{SPAN}-01{rest}").span_id == SPAN

    def test_takes_the_space_round_it_away(self):
        assert parse_traceparent(f"\t 00-{TRACE}-{SPAN}-01 ").trace_id == TRACE

    @pytest.mark.parametrize(("flags", "kept"), [("00", 0), ("01", 1), ("02", 0), ("ff", 1)])
    def test_keeps_the_one_flag_that_is_defined(self, flags, kept):
        assert parse_traceparent(f"00-{TRACE}-{SPAN}-{flags}").flags == kept


class TestParseTracestate:
    @pytest.mark.parametrize(
        ("header", "kept"),
        [
            ("", ""),
            ("a=1,b=2", "a=1,b=2"),
            ("a=1 , \t b=2,", "a=1,b=2"),
            ("tenant@vendor=x y", "tenant@vendor=x y"),
            ("a=1,a=2", ""),
            ("A=1", ""),
            ("a", ""),
            ("a=", ""),
            ("a=1=2", ""),
            ("a=\x7f", ""),
            (",".join(f"k{n}=1" for n in range(32)), ",".join(f"k{n}=1" for n in range(32))),
            (",".join(f"k{n}=1" for n in range(33)), ""),
        ],
    )
    def test_passes_on_what_is_well_formed(self, header, kept):
        assert parse_tracestate(header) == kept

    def test_cuts_between_members_and_drops_the_long_ones_first(self):
        short = [f"k{n}={'x' * 40}" for n in range(12)]
        long = f"long={'x' * 200}"

        kept = parse_tracestate(",".join([short[0], long, *short[1:]]))

        assert kept == ",".join(short[:11])
        assert len(kept) <= 512


class TestContinueTrace:
    def test_goes_on_below_the_caller(self):
        trace = continue_trace(f"00-{TRACE}-{SPAN}-01")

        assert trace.trace_id == TRACE
        assert trace.span_id != SPAN

    def test_forgets_the_state_of_a_parent_that_is_malformed(self):
        assert continue_trace("nonsense", "vendor=1").state == ""

    def test_begins_anew_without_one(self):
        assert continue_trace("").trace_id != continue_trace("").trace_id
