"""No request asks other services more often than its route may."""

from tests.layouts.budgets import budgets, route_of
from tests.layouts.transcript import Step, Transcript
from tests.layouts.trees import BACKGROUND


def count(calls):
    """Calls in all depths, without those of jobs: nobody waits for them."""
    return sum(1 + count(call["calls"]) for call in calls if call["method"] != BACKGROUND)


def find_excess(transcript):
    """Each step that asked too often: route, calls, budget."""
    most = budgets()
    counted = ((route_of(step.name), count(step.calls)) for step in transcript.steps)
    return [
        (route, calls, most.get(route, 0)) for route, calls in counted if calls > most.get(route, 0)
    ]


def _needs_platform(route):
    """Whether somebody comes back from a platform there, or chooses its accounts: none is here."""
    return "/oauth/" in route or route.endswith("/accounts")


class TestBudgets:
    def test_are_kept(self, oracle):
        assert find_excess(oracle) == []

    def test_are_no_larger_than_they_need_to_be(self, oracle):
        used = {}
        for step in oracle.steps:
            route = route_of(step.name)
            used[route] = max(used.get(route, 0), count(step.calls))

        most = {route: calls for route, calls in budgets().items() if not _needs_platform(route)}
        assert {route: used.get(route) for route in most} == most

    def test_are_exceeded_by_a_call_for_each_row(self):
        calls = [{"method": "auth.get_organization", "calls": []} for _ in range(9)]
        step = Step("POST /api/analytics/query", 200, {}, {}, calls, {})

        assert find_excess(Transcript([step], [], {})) == [("POST /api/analytics/query", 9, 3)]
