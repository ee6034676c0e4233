"""The main job on the real file: right numbers, and the same answers in every layout."""

import time

import pytest
import requests
from django.test import TestCase
from rest_framework.test import APIClient

from omnify.services.registry import manifests, owner_of
from tests.journeys import main_job
from tests.journeys.fleets import MICROSERVICES, MONOLITH
from tests.journeys.following import follow_a_file
from tests.world import reset_caches


def call_in_process(method, path, *, token="", json=None, upload=False):
    client = APIClient(headers={"authorization": f"Bearer {token}"} if token else {})
    send = getattr(client, method.lower())
    if upload:
        with main_job.FILE.open("rb") as file:
            answer = send(path, {"file": file, "mapping": main_job.MAPPING.read_text()})
    else:
        answer = send(path, json, format="json")
    return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def transcript(django_db_setup, django_db_blocker):
    """What each step of the main job answers in this process."""
    with django_db_blocker.unblock():
        reset_caches()
        # The transactions of Django's own tests, which this module's tests have no need of.
        transactions = TestCase._enter_atomics()
        try:
            return main_job.run(call_in_process)
        finally:
            TestCase._rollback_atomics(transactions)


def bodies(transcript, name, status=200):
    return [body for step, code, body in transcript if step == name and code == status]


@pytest.mark.django_db
class TestMainJob:
    def test_takes_every_row_once(self, transcript):
        [imported] = bodies(transcript, "POST /api/integrations/csv/import", 201)
        again = bodies(transcript, "POST /api/integrations/csv/import")[-1]

        assert (imported["rows"], imported["metrics"]) == (208, 1248)
        assert (imported["from"], imported["to"]) == ("2015-11-23", "2019-11-17")
        assert (imported["unchanged"], again["unchanged"]) == (False, True)

    def test_totals_to_the_cent(self, transcript):
        [stats] = bodies(transcript, "GET /api/analytics/dashboard/stats")

        assert stats["currency"] == "EUR"
        assert stats["totals"]["spend"] == "14529098.51"
        assert stats["totals"]["revenue"] == "379005696.67"
        assert stats["totals"]["blended_roas"] == "26.0860"
        assert stats["previous"]["totals"] is None

    def test_says_what_is_missing_before_there_is_data(self, transcript):
        [refused] = bodies(transcript, "GET /api/analytics/dashboard/stats", 422)

        assert (refused["code"], refused["missing"]) == ("insufficient_data", "metrics")

    def test_forecasts_with_intervals_and_a_backtest(self, transcript):
        [forecast] = bodies(transcript, "POST /api/predictive/forecast")

        assert forecast["method"] == "seasonal_naive"
        assert len(forecast["points"]) == 13
        for point in forecast["points"]:
            low, value, high = (float(point[name]) for name in ("lo95", "value", "hi95"))
            assert low <= float(point["lo80"]) <= value <= float(point["hi80"]) <= high
        assert forecast["backtest"]["origins"] == 12

    def test_has_an_agent_that_cites_its_sources(self, transcript):
        [execution] = bodies(transcript, "POST execute", 201)

        assert execution["status"] == "completed"
        assert execution["provider"]["is_model"] is False
        kinds = {finding["kind"] for finding in execution["output"]["findings"]}
        assert {"efficiency", "concentration", "data_gap"} <= kinds
        assert execution["sources"][0]["query"]["from_date"] == "2015-11-23"

    def test_refuses_what_is_not_allowed(self, transcript):
        codes = {body["code"] for _, status, body in transcript if status >= 400}

        assert codes == {
            "email_taken",
            "insufficient_data",
            "query_invalid",
            "wizard_changed",
            "staff_only",
        }


HYBRID = [
    ("auth", "agentkit", "onboarding", "ml", "infrastructure"),
    ("integrations",),
    ("analytics",),
]
#: Each layout, and the services with databases of their own in it.
LAYOUTS = {
    "monolith": (MONOLITH, ()),
    "hybrid": (HYBRID, tuple(manifests())),
    "microservices": (MICROSERVICES, ("analytics",)),
}


def caller_of(addresses):
    session = requests.Session()
    session.trust_env = False

    def call(method, path, *, token="", json=None, upload=False):
        url = addresses[owner_of(path.partition("?")[0]).name] + path
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        options = {"json": json} if json is not None else {}
        if upload:
            options = {
                "files": {"file": (main_job.FILE.name, main_job.FILE.read_bytes())},
                "data": {"mapping": main_job.MAPPING.read_text()},
            }
        answer = session.request(method, url, headers=headers, timeout=30, **options)
        return answer.status_code, answer.json()

    return call


#: A route of each service that any member may use.
ROUTES = {
    "auth": "/api/auth/me",
    "integrations": "/api/integrations/connections",
    "agentkit": "/api/agentkit/agents",
    "analytics": "/api/analytics/measures",
    "onboarding": "/api/onboarding/status",
}


@pytest.fixture(scope="module")
def addresses(request, fleets):
    """Service to address in the fleet of a layout."""
    slices, own = LAYOUTS[request.param]
    return fleets.run(slices, own=own).addresses


@pytest.mark.django_db
@pytest.mark.parametrize(
    "addresses",
    ["monolith", "hybrid", "microservices"],
    indirect=True,
    scope="module",
)
class TestLayouts:
    def test_answer_as_one_process_does(self, addresses, transcript):
        found = main_job.run(caller_of(addresses))

        for expected, actual in zip(transcript, found, strict=True):
            assert actual == expected

    def test_forecast_what_a_file_brings(self, addresses):
        assert follow_a_file(addresses) == ["revenue", "spend"]

    def test_refuse_a_session_that_was_ended(self, addresses):
        call = caller_of(addresses)
        _, token = main_job.register(addresses["auth"])
        for service, path in ROUTES.items():
            assert call("GET", path, token=token)[0] == 200, service

        assert requests.post(
            f"{addresses['auth']}/api/auth/logout",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        ).ok

        waiting = set(ROUTES)
        until = time.monotonic() + 10
        while waiting and time.monotonic() < until:
            for service in list(waiting):
                status, body = call("GET", ROUTES[service], token=token)
                if status == 401:
                    assert body["code"] == "session_ended"
                    waiting.remove(service)
        assert waiting == set()


class TestServiceOfAnotherSlice:
    def test_is_named_with_its_address(self, fleets):
        slices, own = LAYOUTS["microservices"]
        addresses = fleets.run(slices, own=own).addresses

        answer = requests.get(f"{addresses['auth']}/api/analytics/measures", timeout=60)

        assert answer.status_code == 404
        assert answer.json()["code"] == "not_hosted_here"
        assert answer.json()["service"] == "analytics"
        assert answer.json()["url"].endswith(addresses["analytics"].rpartition(":")[2])
