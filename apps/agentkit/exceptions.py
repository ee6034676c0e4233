"""The requests that agentkit refuses."""

from __future__ import annotations

from omnify.exceptions import ConflictError, NotFoundError


class AgentNotFoundError(NotFoundError):
    """No agent of the organization has the id."""

    code = "agent_not_found"
    message = "There is no agent '{agent_id}'."


class ExecutionNotFoundError(NotFoundError):
    """No execution of the organization has the id."""

    code = "execution_not_found"
    message = "There is no execution '{execution_id}'."


class AgentNameTakenError(ConflictError):
    """The organization has an agent of this name."""

    code = "agent_name_taken"
    message = "There is already an agent called '{name}'; choose another name."
