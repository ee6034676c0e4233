"""Agentkit's contract."""

from __future__ import annotations

from django.urls import reverse

from apps.agentkit import queries
from apps.agentkit.contract import Agentkit, FindingSummary, LatestFindings, LatestRun
from apps.agentkit.models import Execution


class AgentkitFacade(Agentkit):
    """Answer for the organization in the context."""

    def latest_findings(self) -> LatestFindings:
        """Return the findings of the latest completed run."""
        latest = queries.find_latest_execution()
        agent_id = latest.agent_id if latest else queries.get_first_agent().id
        return LatestFindings(
            agent_path=reverse("agentkit:agent", args=[agent_id]),
            run_path=reverse("agentkit:execute", args=[agent_id]),
            run=_run(latest) if latest else None,
        )


def _run(execution: Execution) -> LatestRun:
    path = reverse("agentkit:run", args=[execution.id])
    sources = queries.read_sources(execution)
    return LatestRun(
        execution_id=execution.id,
        path=path,
        finished_at=execution.finished_at,
        from_date=sources[0].query.from_date if sources else None,
        to_date=sources[0].query.to_date if sources else None,
        as_of=sources[0].as_of if sources else None,
        findings=tuple(
            # A browser opens what is folded away when it is led into it.
            FindingSummary(
                kind=found.kind,
                severity=found.severity,
                title=found.title,
                path=f"{path}#rows-{number}-table",
            )
            for number, found in enumerate(queries.read_findings(execution))
        ),
    )
