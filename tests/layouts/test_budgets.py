"""No request asks other services more often than its route may."""

import re

from tests.layouts.budgets import CALLS
from tests.layouts.transcript import Step, Transcript
from tests.layouts.trees import BACKGROUND


def route_of(step):
    return re.sub(r"<id \d+>", "*", step.name).partition("?")[0]


def count(calls):
    """Calls in all depths, without those of jobs: nobody waits for them."""
    return sum(1 + count(call["calls"]) for call in calls if call["method"] != BACKGROUND)


def find_excess(transcript):
    """Each step that asked too often: route, calls, budget."""
    return [
        (route_of(step), count(step.calls), CALLS.get(route_of(step), 0))
        for step in transcript.steps
        if count(step.calls) > CALLS.get(route_of(step), 0)
    ]


class TestBudgets:
    def test_are_kept(self, oracle):
        assert find_excess(oracle) == []

    def test_are_no_larger_than_they_need_to_be(self, oracle):
        used = {route_of(step): 0 for step in oracle.steps}
        for step in oracle.steps:
            used[route_of(step)] = max(used[route_of(step)], count(step.calls))

        assert {route: used.get(route) for route in CALLS} == CALLS

    def test_are_exceeded_by_a_call_for_each_row(self):
        calls = [{"method": "auth.get_organization", "calls": []} for _ in range(9)]
        step = Step("POST /api/analytics/query", 200, {}, {}, calls, {})

        assert find_excess(Transcript([step], [], {})) == [("POST /api/analytics/query", 9, 2)]
