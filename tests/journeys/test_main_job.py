"""The main job on the real file: right numbers, and the same answers in every layout."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from rest_framework.test import APIClient

from omnify.services.registry import manifests, owner_of
from tests.journeys import main_job

ROOT = Path(__file__).resolve().parents[2]


def call_in_process(method, path, *, token="", json=None, upload=False):
    client = APIClient(headers={"authorization": f"Bearer {token}"} if token else {})
    send = getattr(client, method.lower())
    if upload:
        with main_job.FILE.open("rb") as file:
            answer = send(path, {"file": file, "mapping": main_job.MAPPING.read_text()})
    else:
        answer = send(path, json, format="json")
    return answer.status_code, answer.json()


@pytest.fixture
def transcript(db):
    return main_job.run(call_in_process)


def bodies(transcript, name, status=200):
    return [body for step, code, body in transcript if step == name and code == status]


@pytest.mark.django_db
class TestMainJob:
    def test_takes_every_row_once(self, transcript):
        [imported] = bodies(transcript, "POST /api/integrations/csv/import", 201)
        again = bodies(transcript, "POST /api/integrations/csv/import")[-1]

        assert (imported["rows"], imported["metrics"]) == (208, 1248)
        assert (imported["from"], imported["to"]) == ("2015-11-23", "2019-11-11")
        assert (imported["unchanged"], again["unchanged"]) == (False, True)

    def test_totals_to_the_cent(self, transcript):
        [stats] = bodies(transcript, "GET /api/analytics/dashboard/stats")

        assert stats["currency"] == "EUR"
        assert stats["totals"]["spend"] == "14529098.51"
        assert stats["totals"]["revenue"] == "379005696.67"
        assert stats["totals"]["blended_roas"] == "26.0860"
        assert stats["previous"] is None

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


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in sockets]


LAYOUTS = {
    "monolith": [tuple(manifests())],
    "microservices": [(name,) for name in manifests()],
    "hybrid": [
        ("auth", "agentkit", "onboarding", "ml", "infrastructure"),
        ("integrations",),
        ("analytics",),
    ],
}


@pytest.fixture
def run_fleet(tmp_path):
    """Run a fleet of slices on free ports; returns service to address."""
    running = []

    def start(slices, **environ):
        ports = free_ports(len(slices))
        lines = ['name = "test"']
        for index, (services, port) in enumerate(zip(slices, ports, strict=True)):
            listed = ", ".join(f'"{name}"' for name in services)
            lines += [f"[slices.s{index}]", f"services = [{listed}]", f"port = {port}"]
        file = tmp_path / "fleet.toml"
        file.write_text("\n".join(lines))
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        database = os.environ.get("OMNIFY_TEST_FLEET_DATABASE_URL")
        fleet = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "topology", "up", str(file)],
            env={
                **kept,
                "DATABASE_URL": database or f"sqlite:///{tmp_path}/fleet.sqlite3",
                "OMNIFY_DRAIN_SECONDS": "0",
                "OMNIFY_DRAIN_DIRECTORY": str(tmp_path),
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(fleet)
        seen = []
        for line in fleet.stdout:
            seen.append(line)
            if line == "fleet ready\n":
                break
        else:
            pytest.fail("".join(seen))
        return {
            name: f"http://127.0.0.1:{port}"
            for services, port in zip(slices, ports, strict=True)
            for name in services
        }

    yield start
    for fleet in running:
        fleet.send_signal(signal.SIGTERM)
        fleet.communicate(timeout=60)
        assert fleet.returncode == 0


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


class TestLayouts:
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_answer_as_one_process_does(self, layout, run_fleet, transcript):
        addresses = run_fleet(LAYOUTS[layout])

        found = main_job.run(caller_of(addresses))

        for expected, actual in zip(transcript, found, strict=True):
            assert actual == expected

    def test_say_whose_path_it_is(self, run_fleet):
        addresses = run_fleet(LAYOUTS["hybrid"])

        answer = requests.get(f"{addresses['auth']}/api/analytics/measures", timeout=10)

        assert answer.status_code == 404
        assert answer.json()["code"] == "not_hosted_here"
        assert answer.json()["service"] == "analytics"
        assert answer.json()["url"].endswith(addresses["analytics"].rpartition(":")[2])
