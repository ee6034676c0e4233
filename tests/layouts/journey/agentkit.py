"""Agentkit's part: agents are made, changed and run."""

from __future__ import annotations

from apps.agentkit.contract import Agentkit
from omnify.context import Principal
from tests.journeys.main_job import RANGE
from tests.layouts.visitor import Call, Visitor


def before_data(visitor: Visitor) -> None:
    """Run an agent while there are no numbers."""
    path = find_agent(visitor)
    visitor.post(f"{path}/execute", {"input": RANGE})
    visitor.post(f"{path}/execute", {"input": {}})


def find_agent(visitor: Visitor) -> str:
    """Return the path of the first agent."""
    agents = visitor.get("/api/agentkit/agents")["results"]
    return f"/api/agentkit/agents/{agents[0]['id']}"


def runs(visitor: Visitor) -> None:
    """Make an agent, change it and run it."""
    agent = visitor.post("/api/agentkit/agents", {"type": "analytics", "name": "Second"})
    path = f"/api/agentkit/agents/{agent['id']}"
    visitor.step("PATCH", path, json={"description": "Looks twice."})
    visitor.post(f"{path}/execute", {"input": RANGE}, key="run")
    visitor.post(f"{path}/execute", {"input": RANGE}, key="run")
    visitor.post(f"{path}/execute", {"input": {}})
    visitor.get(f"{path}/executions")


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    return ((Agentkit, "latest_findings"),)
