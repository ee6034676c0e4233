"""What agentkit declares and what the other services may ask of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from omnify.services import Contract, Manifest, method
from omnify.services.manifest import NavigationItem
from omnify.services.messages import AwareDatetime, Message

MANIFEST = Manifest(
    name="agentkit",
    summary="Agents and workflows over the organization's own data.",
    port=8003,
    prefixes=("/api/agentkit", "/api/workflows", "/mcp"),
    needs=("auth",),
    uses=("analytics", "ml", "integrations", "onboarding"),
    navigation=(
        NavigationItem("Agents", "/app/agentkit/", "robot", "agent:view", group="work", weight=30),
    ),
    gives_to_shell=("search",),
)


class FindingSummary(Message):
    """A statement of an agent; at ``path`` is the page that shows the rows that it rests on."""

    kind: str
    severity: str
    title: str
    path: str


class LatestRun(Message):
    """The run that completed last: its findings, warnings first, and the days and data behind them.

    ``path`` is its page; ``as_of`` is when its data last changed.
    """

    execution_id: UUID
    path: str
    finished_at: AwareDatetime
    from_date: date | None
    to_date: date | None
    as_of: AwareDatetime | None
    findings: tuple[FindingSummary, ...]


class LatestFindings(Message):
    """What agents found last, None before any run, and where one is run.

    ``agent_path`` is the agent's page; a form sent to ``run_path`` runs it.
    """

    agent_path: str
    run_path: str
    run: LatestRun | None


class Agentkit(Contract):
    """Asked for what the agents of the organization in the context found."""

    service = "agentkit"

    @method(idempotent=True, timeout_seconds=2.0, attempts=1)
    def latest_findings(self) -> LatestFindings:
        """Return the findings of the latest completed run, without running anything."""
        raise NotImplementedError
