"""From what both sides of each call wrote down to the tree of calls under a request."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
#: Asked for once by each process that verifies tokens, and not by each request.
PER_PROCESS = frozenset({"auth.verification_keys"})
#: Stands for a job that a request left behind: it is in the request's trace and not below it.
BACKGROUND = "(in the background)"
#: What both sides of a call have to agree on.
AGREED = (
    "trace",
    "trace_state",
    "principal",
    "permissions",
    "organization",
    "request_id",
    "is_keyed",
)
#: On the wire the remaining time is sent: the journey of the message comes on top.
_ON_THE_WAY_SECONDS = 1.5


def build_trees(records: list[Record], *, trace: str) -> list[Any]:
    """The calls under one request, each with those that it caused, then those of its jobs.

    Args:
        records: of the whole fleet during the request, in the order of time.
        trace: the trace that the request came in.
    """
    callees: dict[str, list[Record]] = {}
    for record in records:
        if record["side"] == "callee":
            callees.setdefault(record["span"], []).append(record)
    callers = [r for r in records if r["side"] == "caller" and r["method"] not in PER_PROCESS]
    spans = {record["span"] for record in callers}
    groups: dict[str, list[Any]] = {}
    for record in callers:
        if record["parent"] not in spans:
            tree = _tree(record, callers, callees, trace)
            groups.setdefault(record["parent"], []).append(tree)
    begun = {record["span"] for record in records if record["side"] == "entry"}
    # A call from outside the fleet has no caller among the records.
    begun |= set(callees) - spans
    request = [tree for parent, trees in groups.items() if parent in begun for tree in trees]
    later = [trees for parent, trees in groups.items() if parent not in begun]
    if len({record["trace"] for record in callers}) > 1:
        request.append({"problem": "one request is several traces"})
    return request + [{"method": BACKGROUND, "calls": trees} for trees in later]


def _tree(
    record: Record, callers: list[Record], callees: dict[str, list[Record]], trace: str
) -> Any:
    received = callees.get(record["span"], [])
    below = [inner for inner in callers if inner["parent"] == record["span"]]
    return {
        "method": record["method"],
        "trace": "the request's" if record["trace"] == trace else "a new one",
        "trace_state": record["trace_state"],
        "request_id": record["request_id"],
        "principal": record["principal"],
        "permissions": record["permissions"],
        "organization": record["organization"],
        "is_keyed": record["is_keyed"],
        "deadline": deadline_of(record, received),
        "flags_sent": record["flags"],
        "flags_decided": received[-1]["flags"] if received else {},
        "outcome": [callee["outcome"] for callee in received],
        "lost": sorted(
            {name for callee in received for name in AGREED if callee[name] != record[name]}
        ),
        "calls": [_tree(inner, callers, callees, trace) for inner in below],
    }


def deadline_of(record: Record, received: list[Record]) -> str:
    """Whether the time given is kept: by the caller's own call, and on the way to the callee."""
    if record["deadline"] is None or any(callee["deadline"] is None for callee in received):
        return "lost"
    limit = record["parent_deadline"]
    if limit is not None and record["deadline"] > limit:
        return "later than the caller's"
    latest = record["deadline"] + _ON_THE_WAY_SECONDS
    if any(callee["deadline"] > latest for callee in received):
        return "later at the callee"
    return "kept"
