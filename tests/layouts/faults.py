"""Each fault on each edge: the documented error, nothing doubled, nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.layouts.canonical import Canonical
from tests.layouts.edges import EDGES, Edge
from tests.layouts.fleet import Fleet, run_fleet
from tests.layouts.network import FAULTS, REFUSED
from tests.layouts.plans import SINGLES, Plan
from tests.layouts.proxy import Proxy
from tests.layouts.rows import RowReader, settle
from tests.layouts.tenants import Answer, Tenant
from tests.layouts.transcript import differences
from tests.layouts.trees import deadline_of
from tests.layouts.workshop import Workshop

#: The time of a request under faults, in seconds: those that eat it up wait for its end.
REQUEST_SECONDS = 1.5
ALWAYS = 1_000_000
#: What the time runs out on, and what nobody notices.
ENDLESS = {"slow beyond the deadline", "timeout after commit", "trickling answer"}
HARMLESS = {"duplicate delivery", "replay"}
#: What arrives a second time, to be refused.
TWICE = {"duplicate delivery", "duplicate overtakes", "replay"}
#: Where one bad delivery is healed by the next attempt.
HEALED = {*FAULTS} - ENDLESS
#: The singles, and the probes.
SLICES = (*SINGLES, ("ledger",), ("till",))


class Case(NamedTuple):
    """A fault on an edge, once or for as long as it is asked."""

    edge: str
    fault: str
    is_lasting: bool

    def __str__(self) -> str:
        lasting = " --lasting" if self.is_lasting else ""
        return f"--edge '{self.edge}' --fault '{self.fault}'{lasting}"

    @property
    def command(self) -> str:
        """What runs exactly this case."""
        return f"python -m tests.layouts {self}"


def every_case() -> list[Case]:
    """All of them."""
    return [
        Case(edge, fault, is_lasting)
        for edge in EDGES
        for fault in (REFUSED, *FAULTS)
        for is_lasting in (False, True)
        # A port is closed for longer than a call, and what nobody notices need not last.
        if (is_lasting or fault != REFUSED) and not (is_lasting and fault in HARMLESS)
    ]


def share_out(cases: list[Case], count: int) -> list[list[Case]]:
    """The cases in at most so many shares; those of one edge stay together."""
    edges = list(dict.fromkeys(case.edge for case in cases))
    shares = (set(edges[first::count]) for first in range(count))
    return [[case for case in cases if case.edge in share] for share in shares if share]


class Site(NamedTuple):
    """A fleet of singles with a proxy on each edge, and what reads its databases."""

    fleet: Fleet
    proxies: dict[tuple[str, str], Proxy]
    reader: RowReader


@contextmanager
def open_site(workshop: Workshop, **environ: str) -> Iterator[Site]:
    """Run the singles with a proxy on each edge that a case is about."""
    proxies: dict[tuple[str, str], Proxy] = {}
    wanted = {(edge.caller, edge.callee) for edge in EDGES.values()}

    def route(index: int, service: str, url: str) -> str:
        place = (SLICES[index][0], service)
        if place not in wanted:
            return url
        proxies[place] = Proxy(url)
        return proxies[place].url

    given = {"LAYOUTS_REQUEST_SECONDS": str(REQUEST_SECONDS), "LAYOUTS_PROBES": "yes", **environ}
    with run_fleet(workshop, Plan(SLICES), route=route, environ=given) as fleet:
        outside = proxies["runner", "till"] = Proxy(fleet.addresses["till"])
        fleet.kept.update(seconds=REQUEST_SECONDS, till=outside.url)
        try:
            yield Site(fleet, proxies, RowReader(fleet.databases, Canonical()))
        finally:
            for proxy in proxies.values():
                proxy.close()


def find_problems(site: Site, case: Case) -> list[str]:
    """What is wrong in a case, a sentence each; the fault is lifted afterwards."""
    edge = EDGES[case.edge]
    tenant = edge.tenant(site.fleet)
    proxy = site.proxies[edge.caller, edge.callee]
    site.fleet.forget_failures()
    site.fleet.take_records()
    before, injected = _rows(site), proxy.injected
    if case.fault == REFUSED:
        proxy.refuse()
    else:
        proxy.set_fault(FAULTS[case.fault], times=ALWAYS if case.is_lasting else 1)
    try:
        answer = edge.ask(tenant)
    finally:
        proxy.clear()
    problems = [] if proxy.injected > injected else ["the fault was never met"]
    problems += _problems_of_answer(case, edge, answer)
    problems += _problems_of_deadlines(site)
    problems += _problems_of_rows(site, edge, answer, before)
    problems += _problems_of_repetition(site, edge, tenant, answer)
    if case.fault in TWICE and set(proxy.second_statuses) != {401}:
        problems.append(f"the second delivery was answered {proxy.second_statuses}, not 401")
    return [f"{problem}\nrepeat with: {case.command}" for problem in problems]


def _problems_of_answer(case: Case, edge: Edge, answer: Answer) -> Iterator[str]:
    status, body = answer
    is_refused = case.is_lasting or case.fault not in HEALED
    if not is_refused or edge.degrades:
        if status >= 300:
            yield f"{case.fault}: answered {status} {body}"
        elif edge.degrades and is_refused and body.get("degraded") != [edge.callee]:
            yield f"{case.fault}: the answer does not name {edge.callee} as missing: {body}"
        elif edge.degrades and not is_refused and body.get("degraded"):
            yield f"{case.fault}: degraded although the next attempt was answered"
        return
    # Without an answer the time may run out before what is kept is asked for.
    if edge.goes_on and (status < 300 or case.fault not in ENDLESS):
        if status >= 300:
            yield f"{case.fault}: answered {status} {body}, not what is kept"
        return
    code = "deadline_exceeded" if case.fault in ENDLESS else "service_unavailable"
    expected = (edge.refusal or code, 503 if edge.refusal or code != "deadline_exceeded" else 504)
    if (body.get("code"), status) != expected:
        yield f"{case.fault}: answered {status} {body}, not {expected[1]} {expected[0]}"
    elif body.get("service") not in (edge.callee, *edge.chain):
        yield f"{case.fault}: the error names {body.get('service')!r}, not {edge.callee!r}"


def _problems_of_deadlines(site: Site) -> Iterator[str]:
    """However many slices a request goes through, none has more time than the one before."""
    records = site.fleet.take_records()
    for record in records:
        if record["side"] == "caller":
            received = [r for r in records if r["side"] == "callee" and r["span"] == record["span"]]
            kept = deadline_of(record, received)
            if kept != "kept":
                yield f"the deadline of {record['method']} is {kept}"


def _problems_of_rows(
    site: Site, edge: Edge, answer: Answer, before: dict[str, Any]
) -> Iterator[str]:
    """A refused request leaves nothing but what is documented."""
    if answer[0] < 300:
        return
    for path, one, other in differences(before, _rows(site)):
        if not path.startswith(edge.may_leave):
            yield f"a refused request left {path}: {one!r} became {other!r}"


def _problems_of_repetition(
    site: Site, edge: Edge, tenant: Tenant, answer: Answer
) -> Iterator[str]:
    """Without the fault the same request succeeds, and once more it changes nothing."""
    site.fleet.forget_failures()
    first = edge.ask(tenant)
    if first[0] >= 300:
        yield f"after the fault the request is answered {first}"
        return
    done = _rows(site)
    again = edge.ask(tenant)
    answers = [answer, first, again] if answer[0] < 300 and not edge.degrades else [first, again]
    shown = [_without_status(item, edge) for item in answers]
    for other in shown[1:]:
        for path, one, found in differences(shown[0], other):
            yield f"repeated, the answer differs at {path}: {one!r} and {found!r}"
    for path, one, found in differences(done, _rows(site)):
        yield f"repeated, it changed {path}: {one!r} became {found!r}"


def _without_status(answer: Answer, edge: Edge) -> Any:
    body = {k: v for k, v in answer[1].items() if k not in ("request_id", "age_seconds")}
    return Canonical().value(body)


def _rows(site: Site) -> dict[str, Any]:
    settle(site.fleet.databases)
    return site.reader.read()
