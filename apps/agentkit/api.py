"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from msgspec.structs import replace

from apps.agentkit import operations, queries
from apps.agentkit.messages import Agent, AgentChanges, AgentInput, ExecuteInput, Execution
from omnify.api.heavy import heavy_work
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class AgentListView(ServiceView):
    @route("agent:view", summary="List agents")
    def get(self) -> Page[Agent]:
        page = self.page(queries.list_agents(), Agent)
        analyst = None if page.results else queries.find_unstored_analyst()
        return replace(page, results=(as_message(Agent, analyst),)) if analyst else page

    @route("agent:create", summary="Make an agent", status=201)
    def post(self, agent_input: AgentInput) -> Agent:
        return as_message(Agent, operations.create_agent(agent_input))


class AgentView(ServiceView):
    grants_on: ClassVar = ("agent", "agent_id")

    @route("agent:view", summary="Get an agent")
    def get(self, agent_id: UUID) -> Agent:
        return as_message(Agent, queries.get_agent(agent_id))

    @route("agent:edit", summary="Change an agent", calls=1)
    def patch(self, changes: AgentChanges, agent_id: UUID) -> Agent:
        return as_message(Agent, operations.change_agent(agent_id, changes))

    @route("agent:delete", summary="Delete an agent and its executions")
    def delete(self, agent_id: UUID) -> None:
        operations.delete_agent(agent_id)


class ExecuteAgentView(ServiceView):
    keeps_answers: ClassVar = False
    grants_on: ClassVar = ("agent", "agent_id")

    @route(
        "agent:execute",
        summary="Run an agent",
        description="With an Idempotency-Key, equal requests are one execution.",
        status=201,
        calls=11,
    )
    @heavy_work()
    def post(self, task: ExecuteInput, agent_id: UUID) -> Execution:
        execution = operations.execute_agent(agent_id, days=task.input, now=self.now)
        return queries.to_execution(execution)


class ExecutionListView(ServiceView):
    grants_on: ClassVar = ("agent", "agent_id")

    @route("agent:view", summary="List an agent's executions")
    def get(self, agent_id: UUID) -> Page[Execution]:
        return self.page(queries.list_executions(agent_id), Execution, convert=queries.to_execution)


class ExecutionView(ServiceView):
    @route("agent:view", summary="Get an execution")
    def get(self, execution_id: UUID) -> Execution:
        return queries.to_execution(queries.get_execution(execution_id))
