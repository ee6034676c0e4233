"""Agents over HTTP: seeded once, run once per key, failures recorded as failures."""

from datetime import date

import pytest

from apps.agentkit.models import Agent, Execution
from tests.journeys.main_job import FILE, MAPPING

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(registered):
    [found] = registered.get("/api/agentkit/agents").json()["results"]
    return found


def import_file(client):
    with FILE.open("rb") as file:
        client.post("/api/integrations/csv/import", {"file": file, "mapping": MAPPING.read_text()})


def execute(client, agent, body=None, **headers):
    path = f"/api/agentkit/agents/{agent['id']}/execute"
    return client.post(path, body or {}, format="json", headers=headers)


class TestAgents:
    def test_are_seeded_once(self, registered, agent):
        again = registered.get("/api/agentkit/agents").json()["results"]

        assert again == [agent]

    def test_are_made_changed_and_deleted(self, registered):
        body = {"type": "analytics", "name": "Mine"}

        made = registered.post("/api/agentkit/agents", body, format="json")
        path = f"/api/agentkit/agents/{made.json()['id']}"
        changed = registered.patch(path, {"description": "new"}, format="json")

        assert (made.status_code, changed.json()["description"]) == (201, "new")
        assert registered.post("/api/agentkit/agents", body, format="json").status_code == 409
        assert registered.delete(path).status_code == 204
        assert registered.get(path).status_code == 404

    def test_are_made_once_per_key(self, registered):
        body = {"type": "analytics", "name": "Mine"}
        headers = {"idempotency-key": "agent-1"}

        ids = {
            registered.post("/api/agentkit/agents", body, format="json", headers=headers).json()[
                "id"
            ]
            for _ in range(2)
        }

        assert len(ids) == 1
        assert Agent.unscoped.count() == 1

    def test_have_a_known_type(self, registered):
        answer = registered.post(
            "/api/agentkit/agents", {"type": "oracle", "name": "X"}, format="json"
        )

        assert answer.status_code == 400


class TestExecute:
    def test_finds_and_cites(self, registered, agent):
        import_file(registered)

        body = execute(
            registered, agent, {"input": {"from": "2019-01-07", "to": "2019-11-11"}}
        ).json()

        assert body["status"] == "completed"
        assert body["sources"][0]["query"]["from_date"] == "2019-01-07"
        assert all(finding["evidence"] for finding in body["output"]["findings"])

    def test_compares_halves_of_equal_length(self, registered, agent):
        import_file(registered)

        sources = execute(registered, agent).json()["sources"]

        halves = [source["query"] for source in sources[1:]]
        days = [
            date.fromisoformat(half["to_date"]) - date.fromisoformat(half["from_date"])
            for half in halves
        ]
        assert days[0] == days[1]
        assert halves[0]["to_date"] < halves[1]["from_date"]

    def test_is_one_execution_per_key(self, registered, agent):
        import_file(registered)

        ids = {
            execute(registered, agent, **{"idempotency-key": "run-1"}).json()["id"]
            for _ in range(2)
        }

        assert len(ids) == 1
        assert Execution.unscoped.count() == 1

    def test_records_a_failure_as_one(self, registered, agent):
        answer = execute(registered, agent)

        [row] = registered.get(f"/api/agentkit/agents/{agent['id']}/executions").json()["results"]
        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_data")
        assert (row["status"], row["error"]["code"]) == ("failed", "insufficient_data")
        assert row["output"] is None
