"""Make, change, delete and run agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from apps.agentkit import queries
from apps.agentkit.exceptions import AgentNameTakenError
from apps.agentkit.messages import AgentChanges, AgentInput, DayRange
from apps.agentkit.models import Agent, Execution
from apps.agentkit.rules import analyse
from omnify.api.fields import given_fields
from omnify.context import current
from omnify.db import atomic, refuse_taken
from omnify.exceptions import OmnifyError
from omnify.idempotency import once

_NAME_ONCE = "agent_name_unique"


def create_agent(agent_input: AgentInput) -> Agent:
    """Make an agent.

    Raises:
        AgentNameTakenError: the organization already has an agent of this name.
    """
    refusal = AgentNameTakenError(name=agent_input.name)
    with refuse_taken(_NAME_ONCE, refusal), atomic("agentkit"):
        _keep_analyst()
        return Agent.objects.create(**msgspec.to_builtins(agent_input))


def change_agent(agent_id: UUID, changes: AgentChanges) -> Agent:
    """Change an agent's name or description.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
        AgentNameTakenError: another agent has the name.
    """
    given = given_fields(changes)
    refusal = AgentNameTakenError(name=given.get("name"))
    with refuse_taken(_NAME_ONCE, refusal), atomic("agentkit"):
        _keep_analyst()
        agent = queries.get_agent(agent_id)
        for field, value in given.items():
            setattr(agent, field, value)
        agent.save(update_fields=list(given))
    return agent


def delete_agent(agent_id: UUID) -> None:
    """Delete an agent and its executions.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
    """
    agent = queries.get_agent(agent_id)
    with atomic("agentkit"):
        agent.delete()


def execute_agent(agent_id: UUID, *, days: DayRange, now: datetime) -> Execution:
    """Run an agent on the organization's metrics; record a failure, then raise it.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
        InsufficientDataError: the organization has no metrics in the range.
        ServiceUnavailableError: analytics cannot be reached.
    """
    agent = queries.get_agent(agent_id)
    execution = Execution(
        id=uuid7(),
        agent=agent,
        provider=queries.RULES.name,
        input=msgspec.to_builtins(days),
        created_by=current().principal.user_id,
        started_at=now,
        finished_at=now,
    )
    try:
        research = queries.research(days.first, days.last)
    except OmnifyError as error:
        execution.status = Execution.Status.FAILED
        execution.error = {"code": error.code, "detail": error.detail, **error.details}
        with atomic("agentkit"):
            _keep_analyst()
            execution.save()
        raise
    execution.status = Execution.Status.COMPLETED
    execution.output = {"findings": msgspec.to_builtins(analyse(research.readings))}
    execution.sources = research.sources
    return _save_once(execution)


def _save_once(execution: Execution) -> Execution:
    request: dict[str, Any] = {"agent": str(execution.agent_id), "input": execution.input}
    with once("agentkit", "execute_agent", request, UUID) as slot:
        if slot.answer is None:
            _keep_analyst()
            execution.save()
            slot.keep(execution.id)
        kept = slot.given()
    return execution if kept == execution.id else queries.get_execution(kept)


def _keep_analyst() -> None:
    """Store the analyst, which is only shown until then; call inside ``atomic``."""
    analyst = queries.find_unstored_analyst()
    if analyst is not None:
        fields = ("type", "name", "description", "created_at")
        values = {field: getattr(analyst, field) for field in fields}
        Agent.objects.get_or_create(id=analyst.id, defaults=values)
