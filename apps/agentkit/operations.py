"""Make, change, delete and run agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from apps.agentkit import queries
from apps.agentkit.exceptions import AgentNameTakenError
from apps.agentkit.messages import RULES, AgentChanges, AgentInput, DayRange
from apps.agentkit.models import Agent, Execution
from apps.agentkit.rules import analyse
from omnify.api.fields import given_fields
from omnify.context import current
from omnify.db import atomic, refuse_taken
from omnify.exceptions import OmnifyError
from omnify.idempotency import once

_NAME_ONCE = "agent_name_unique"
_SEEDED_NAME = "Analytics analyst"
_SEEDED_DESCRIPTION = "Reads the organization's own numbers by fixed rules; it is not a model."


def ensure_agents() -> None:
    """Create the agent that every organization has, unless it is there."""
    if Agent.objects.filter(name=_SEEDED_NAME).exists():
        return
    with atomic("agentkit"):
        Agent.objects.get_or_create(
            name=_SEEDED_NAME,
            defaults={"type": Agent.Type.ANALYTICS, "description": _SEEDED_DESCRIPTION},
        )


def create_agent(agent_input: AgentInput) -> Agent:
    """Make an agent.

    Raises:
        AgentNameTakenError: the organization already has an agent of this name.
    """
    refusal = AgentNameTakenError(name=agent_input.name)
    with refuse_taken(_NAME_ONCE, refusal), atomic("agentkit"):
        return Agent.objects.create(**msgspec.to_builtins(agent_input))


def change_agent(agent_id: UUID, changes: AgentChanges) -> Agent:
    """Change an agent's name or description.

    Raises:
        AgentNotFoundError: the organization has no agent with this id.
        AgentNameTakenError: another agent has the name.
    """
    agent = queries.get_agent(agent_id)
    given = given_fields(changes)
    for field, value in given.items():
        setattr(agent, field, value)
    with refuse_taken(_NAME_ONCE, AgentNameTakenError(name=agent.name)), atomic("agentkit"):
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
        provider=RULES.name,
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
            execution.save()
            slot.keep(execution.id)
        kept = slot.given()
    return execution if kept == execution.id else queries.get_execution(kept)
