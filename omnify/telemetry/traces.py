"""W3C trace context: reading and writing ``traceparent`` (https://www.w3.org/TR/trace-context/)."""

from __future__ import annotations

import re

from omnify.context import Trace, new_trace

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_MAX_STATE = 512


def parse_traceparent(header: str, state: str = "") -> Trace | None:
    """The caller's position, or None when the header is malformed and a new trace has to begin.

    A version above 00 is read as far as 00 goes, which is what the recommendation asks for.
    """
    match = _TRACEPARENT.fullmatch(header.strip())
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    if version == "ff" or (version == "00" and rest):
        return None
    if set(trace_id) == {"0"} or set(span_id) == {"0"}:
        return None
    return Trace(trace_id, span_id, int(flags, 16) & 1, state[:_MAX_STATE])


def continue_trace(header: str, state: str = "") -> Trace:
    """The position of this process below the caller's, or at the start of a new trace."""
    parent = parse_traceparent(header, state)
    return parent.child() if parent else new_trace()


def format_traceparent(trace: Trace) -> str:
    """A position as a ``traceparent`` header."""
    return f"00-{trace.trace_id}-{trace.span_id}-{trace.flags:02x}"
