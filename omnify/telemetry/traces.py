"""W3C trace context: reading ``traceparent`` (https://www.w3.org/TR/trace-context/)."""

from __future__ import annotations

import re

from omnify.context import Trace, new_trace

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
#: The recommendation's limits of ``tracestate``: characters, members, one that goes first.
_MAX_STATE = 512
_MAX_MEMBERS = 32
_LONG_MEMBER = 128
_MEMBER = re.compile(
    r"([a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})"
    r"=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)


def parse_traceparent(header: str, state: str = "") -> Trace | None:
    """Return the caller's position, or None for a malformed header: then a new trace begins.

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
    return Trace(trace_id, span_id, int(flags, 16) & 1, parse_tracestate(state))


def parse_tracestate(header: str) -> str:
    """Return the vendors' list to pass on: whole members, or nothing if one is malformed.

    Over the limit the long members go first, then those at the end, as the recommendation says.
    """
    members = [member.strip(" \t") for member in header.split(",")]
    members = [member for member in members if member]
    keys = {member.partition("=")[0] for member in members}
    if len(keys) < len(members) or len(members) > _MAX_MEMBERS:
        return ""
    if not all(_MEMBER.fullmatch(member) for member in members):
        return ""
    if len(",".join(members)) > _MAX_STATE:
        members = [member for member in members if len(member) <= _LONG_MEMBER]
    while len(",".join(members)) > _MAX_STATE:
        members.pop()
    return ",".join(members)


def continue_trace(header: str, state: str = "") -> Trace:
    """Return the position of this process below the caller's, or the start of a new trace."""
    parent = parse_traceparent(header, state)
    return parent.child() if parent else new_trace()
