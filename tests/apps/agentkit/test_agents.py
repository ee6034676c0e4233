"""Agents over HTTP: seeded once, run once per key, failures recorded as failures."""

from datetime import date

import pytest

from apps.agentkit.models import Agent, Execution
from tests.apps.integrations.requests import send
from tests.factories.agentkit import make_agent, make_execution

pytestmark = pytest.mark.django_db
TWO_YEARS = "day,sales,tv\n2018-01-08,80,10\n2019-01-07,100,10\n2019-11-11,50,20\n"


@pytest.fixture
def agent(owner):
    """An agent of the owner's organization."""
    return make_agent(owner.organization_id)


def execute(client, agent, body=None, **headers):
    path = f"/api/agentkit/agents/{agent.id}/execute"
    return client.post(path, body or {}, format="json", headers=headers)


class TestAnalyst:
    """The agent that an organization has without having made one."""

    def read(self, client):
        [analyst] = client.get("/api/agentkit/agents").json()["results"]
        return analyst, f"/api/agentkit/agents/{analyst['id']}"

    def test_is_there_before_any_write(self, owner):
        analyst, path = self.read(owner)

        assert analyst["name"] == "Analytics analyst"
        assert owner.get(path).json() == analyst
        assert self.read(owner)[0] == analyst
        assert owner.get(f"{path}/executions").json()["results"] == []
        assert not Agent.unscoped.exists()

    def test_is_each_organization_s_own(self, owner, client_for, make_principal):
        stranger = client_for(make_principal())

        assert self.read(owner)[0]["id"] != self.read(stranger)[0]["id"]
        assert stranger.get(self.read(owner)[1]).status_code == 404

    def test_is_stored_as_it_was_shown_with_the_first_run(self, owner):
        analyst, path = self.read(owner)

        answers = [owner.post(f"{path}/execute", {}, format="json") for _ in range(2)]

        assert {answer.json()["code"] for answer in answers} == {"insufficient_data"}
        assert owner.get(path).json() == self.read(owner)[0] == analyst
        assert len(owner.get(f"{path}/executions").json()["results"]) == 2

    def test_can_be_renamed_and_stays_beside_others(self, owner):
        analyst, path = self.read(owner)
        body = {"type": "analytics", "name": "Mine"}

        assert owner.patch(path, {"name": "Ada"}, format="json").json()["id"] == analyst["id"]
        assert owner.post("/api/agentkit/agents", body, format="json").status_code == 201
        names = [row["name"] for row in owner.get("/api/agentkit/agents").json()["results"]]
        assert names == ["Mine", "Ada"]

    def test_stays_when_an_agent_is_made_first(self, owner):
        body = {"type": "analytics", "name": "Mine"}

        owner.post("/api/agentkit/agents", body, format="json")

        names = [row["name"] for row in owner.get("/api/agentkit/agents").json()["results"]]
        assert names == ["Mine", "Analytics analyst"]


class TestAgents:
    def test_are_made_changed_and_deleted(self, owner):
        body = {"type": "analytics", "name": "Mine"}

        made = owner.post("/api/agentkit/agents", body, format="json")
        path = f"/api/agentkit/agents/{made.json()['id']}"
        changed = owner.patch(path, {"description": "new"}, format="json")

        assert (made.status_code, changed.json()["description"]) == (201, "new")
        assert owner.post("/api/agentkit/agents", body, format="json").status_code == 409
        assert owner.delete(path).status_code == 204
        assert owner.get(path).status_code == 404

    def test_are_made_once_per_key(self, owner):
        body = {"type": "analytics", "name": "Mine"}
        headers = {"idempotency-key": "agent-1"}

        ids = {
            owner.post("/api/agentkit/agents", body, format="json", headers=headers).json()["id"]
            for _ in range(2)
        }

        assert len(ids) == 1
        assert Agent.unscoped.filter(name="Mine").count() == 1

    def test_have_a_known_type(self, owner):
        answer = owner.post("/api/agentkit/agents", {"type": "oracle", "name": "X"}, format="json")

        assert answer.status_code == 400


class TestExecutions:
    def test_list_those_of_one_agent_newest_first(self, owner, agent):
        make_execution(make_agent(owner.organization_id))
        ids = [str(make_execution(agent).id) for _ in range(2)]

        rows = owner.get(f"/api/agentkit/agents/{agent.id}/executions").json()["results"]

        assert [row["id"] for row in rows] == ids[::-1]

    def test_say_that_no_model_was_asked(self, owner, agent):
        execution = make_execution(agent, has_failed=True)

        body = owner.get(f"/api/agentkit/executions/{execution.id}").json()

        assert (body["provider"]["name"], body["provider"]["is_model"]) == ("rules", False)
        assert body["error"]["code"] == "insufficient_data"

    def test_are_another_organization_s_no_business(self, client_for, make_principal, agent):
        execution = make_execution(agent)

        answer = client_for(make_principal()).get(f"/api/agentkit/executions/{execution.id}")

        assert answer.json()["code"] == "execution_not_found"


class TestExecute:
    def test_finds_and_cites(self, owner, agent):
        send(owner, TWO_YEARS)

        body = execute(owner, agent, {"input": {"from": "2019-01-07", "to": "2019-11-11"}}).json()

        assert body["status"] == "completed"
        assert body["sources"][0]["query"]["from_date"] == "2019-01-07"
        assert all(finding["evidence"] for finding in body["output"]["findings"])

    def test_compares_halves_of_equal_length(self, owner, agent):
        send(owner, TWO_YEARS)

        sources = execute(owner, agent).json()["sources"]

        halves = [source["query"] for source in sources[1:]]
        days = [
            date.fromisoformat(half["to_date"]) - date.fromisoformat(half["from_date"])
            for half in halves
        ]
        assert days[0] == days[1]
        assert halves[0]["to_date"] < halves[1]["from_date"]

    def test_is_one_execution_per_key(self, owner, agent):
        send(owner, TWO_YEARS)

        ids = {execute(owner, agent, **{"idempotency-key": "run-1"}).json()["id"] for _ in range(2)}

        assert len(ids) == 1
        assert Execution.unscoped.count() == 1

    def test_records_a_failure_as_one(self, owner, agent):
        answer = execute(owner, agent)

        [row] = owner.get(f"/api/agentkit/agents/{agent.id}/executions").json()["results"]
        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_data")
        assert (row["status"], row["error"]["code"]) == ("failed", "insufficient_data")
        assert row["output"] is None
