"""A few faults on a few edges; ``python -m tests.layouts --faults all`` does every one."""

import pytest

from tests.layouts.edges import EDGES
from tests.layouts.faults import Case, every_case, find_problems, open_site, share_out
from tests.layouts.network import FAULTS, REFUSED

QUICK = (
    Case("import", "503 after commit", is_lasting=False),
    Case("query", "reset mid-body", is_lasting=True),
    Case("query-currency", REFUSED, is_lasting=True),
    Case("run", "timeout after commit", is_lasting=True),
    Case("run-two-on", "trickling answer", is_lasting=True),
    Case("forecast", "wrong secret", is_lasting=True),
    Case("forecast-kept", "503 before", is_lasting=True),
    Case("forecast-two-on", "slow beyond the deadline", is_lasting=True),
    Case("connection-step", "clock skew", is_lasting=True),
    Case("demo-step", "duplicate overtakes", is_lasting=False),
    Case("keys", "duplicate delivery", is_lasting=False),
    Case("sale", "reset after commit", is_lasting=False),
    Case("sale-entry", "replay", is_lasting=False),
)


@pytest.fixture(scope="module")
def site(workshop):
    with open_site(workshop) as opened:
        yield opened


class TestFault:
    @pytest.mark.parametrize("case", QUICK, ids=str)
    def test_ends_in_the_documented_answer_and_does_nothing_twice(self, case, site):
        assert find_problems(site, case) == []


class TestEveryCase:
    def test_has_each_fault_on_each_edge(self):
        done = {(case.edge, case.fault) for case in every_case()}

        assert done == {(edge, fault) for edge in EDGES for fault in (REFUSED, *FAULTS)}

    def test_is_done_in_part_by_the_quick_ones(self):
        assert {case.edge for case in QUICK} == set(EDGES)
        assert {case.fault for case in QUICK} == {REFUSED, *FAULTS}
        assert set(QUICK) <= set(every_case())


class TestShares:
    def test_hold_each_case_once_and_keep_the_cases_of_an_edge_together(self):
        one, other = share_out(every_case(), 2)

        assert sorted(one + other) == sorted(every_case())
        assert {case.edge for case in one}.isdisjoint(case.edge for case in other)

    def test_are_no_more_than_there_are_edges(self):
        assert share_out([QUICK[0]], 2) == [[QUICK[0]]]
        assert share_out([], 2) == []
