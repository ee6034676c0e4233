"""The journey touches everything and loses nothing; ``make layouts`` compares the layouts."""

from tests.layouts import coverage
from tests.layouts.trees import BACKGROUND

#: The first ends the tokens of the fleet, as ``tests/journeys/test_rights_in_fleets.py`` does; the
#: others follow what a platform says, as in ``tests/apps/integrations``.
ELSEWHERE = {
    "auth.key.retired",
    "integrations.action.executed",
    "integrations.connection.activated",
    "integrations.connection.expired",
    "integrations.customers.erased",
    "integrations.entities.changed",
    "integrations.sync.completed",
    "integrations.sync.failed",
    "integrations.webhook.received",
}


class TestJourney:
    def test_touches_every_method_of_every_contract(self, oracle):
        missing = coverage.every_method() - coverage.touched_methods(oracle)

        assert missing == set(), "add a call to calls() of its service in tests/layouts/journey"

    def test_touches_every_event(self, oracle):
        missing = coverage.every_event() - coverage.touched_events(oracle) - ELSEWHERE

        assert missing == set(), "add a step that publishes it to tests/layouts/journey"

    def test_obeys_a_grant_on_its_object_alone(self, oracle):
        asked = [step for step in oracle.steps if "auth.has_grant" in str(step.calls)]

        changes = [step.status for step in asked if step.name.startswith("PATCH /api/agentkit/")]
        assert changes == [200, 403]

    def test_is_one_trace_under_each_request(self, oracle):
        depths = [depth_of(step.calls) for step in oracle.steps]

        assert max(depths) >= 2
        assert [step.name for step in oracle.steps if "problem" in str(step.calls)] == []

    def test_goes_on_with_the_traces_that_are_well_formed_and_no_other(self, oracle):
        """Also in the jobs that requests wait for, and in what these call."""
        future, unsampled, invalid = (
            (call["trace"], call["trace_state"], call["calls"][0]["trace"])
            for step in oracle.steps
            if step.name == "GET /api/predictive/forecast?metric=spend"
            for job in step.calls
            for call in job["calls"]
        )

        assert future == unsampled == ("the request's", "vendor=1", "the request's")
        assert invalid == ("a new one", "", "a new one")

    def test_loses_nothing_between_caller_and_callee(self, oracle):
        for call in every_call(oracle):
            assert (call["lost"], call["deadline"]) == ([], "kept"), call["method"]
            assert len(call["outcome"]) == 1, call["method"]


def depth_of(calls):
    return 1 + max((depth_of(call["calls"]) for call in calls), default=0) if calls else 0


def every_call(transcript):
    waiting = [call for step in transcript.steps for call in step.calls]
    while waiting:
        call = waiting.pop()
        if call["method"] != BACKGROUND:
            yield call
        waiting += call["calls"]
