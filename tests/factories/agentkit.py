"""Agents, and what they did."""

import itertools
from datetime import UTC, datetime

from apps.agentkit.models import Agent, Execution

_numbers = itertools.count(1)


def make_agent(organization_id, **fields):
    """An agent for analytics."""
    return Agent.unscoped.create(
        organization_id=organization_id,
        **{"type": Agent.Type.ANALYTICS, "name": f"agent {next(_numbers)}", **fields},
    )


def make_execution(agent, *, has_failed=False, **fields):
    """An execution that completed, or failed for want of metrics."""
    now = datetime.now(UTC)
    outcome = {"status": Execution.Status.COMPLETED, "output": {"findings": []}}
    if has_failed:
        error = {"code": "insufficient_data", "detail": "There are no metrics yet."}
        outcome = {"status": Execution.Status.FAILED, "error": error}
    defaults = {
        "provider": "rules",
        "input": {"from": None, "to": None},
        "started_at": now,
        "finished_at": now,
    }
    return Execution.unscoped.create(
        organization_id=agent.organization_id,
        agent_id=agent.id,
        **{**defaults, **outcome, **fields},
    )
