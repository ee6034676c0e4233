"""The pages of agents: which there are, their runs, and what a run found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from apps.agentkit import operations, queries
from apps.agentkit.messages import DayRange
from apps.agentkit.models import Agent, Execution
from apps.agentkit.rules import Finding
from omnify.api.heavy import heavy_work
from omnify.exceptions import InsufficientDataError, ServiceUnavailableError
from omnify.names import fold
from omnify.pages.days import say_moment
from omnify.pages.forms import ActionPage
from omnify.pages.notices import leave_notice
from omnify.pages.parts import Action, Banner, Cell, Chip, Column, Empty, Link, Part, Table
from omnify.pages.session import PageRequest, go_to
from omnify.pages.shell import Finder, Found
from omnify.pages.views import PageView

#: So many agents, and so many runs of one, are listed.
_MOST: Final = 100


class AgentListView(PageView):
    """The agents of the organization."""

    access: ClassVar = {"GET": "agent:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show them; each organization has the analyst."""
        return self.show("omnify_agentkit/agents.html", {"table": _agents(_listed())})


class AgentView(PageView):
    """One agent and its runs."""

    access: ClassVar = {"GET": "agent:view"}
    grants_on: ClassVar = ("agent", "agent_id")

    def get(self, request: PageRequest, agent_id: UUID) -> HttpResponse:
        """Show them, the newest run first."""
        agent = queries.get_agent(agent_id)
        context = {
            "agent": agent,
            **_runs(agent, list(queries.list_executions(agent_id)[:_MOST])),
            "breadcrumbs": [Link(reverse("agentkit:agents"), "Agents"), Link("", agent.name)],
        }
        return self.show("omnify_agentkit/agent.html", context)


class RunAgentView(ActionPage):
    """Run an agent on the last 52 weeks with data."""

    access: ClassVar = {"POST": "agent:execute"}
    grants_on: ClassVar = ("agent", "agent_id")
    back = "agentkit:agents"

    @heavy_work()
    def run(self, agent_id: UUID) -> HttpResponse:
        """Run it and lead to what it found."""
        try:
            execution = operations.execute_agent(agent_id, days=DayRange(), now=self.now)
        except (InsufficientDataError, ServiceUnavailableError) as error:
            response = go_to(self.request, reverse("agentkit:agent", args=[agent_id]))
            leave_notice(response, Banner(text=error.detail, level="danger"))
            return response
        return go_to(self.request, reverse("agentkit:run", args=[execution.id]))


class RunView(PageView):
    """One run: its findings, each with the rows that it rests on."""

    access: ClassVar = {"GET": "agent:view"}

    def get(self, request: PageRequest, execution_id: UUID) -> HttpResponse:
        """Show it."""
        execution = queries.get_execution(execution_id)
        agent = queries.get_agent(execution.agent_id)
        context = {
            "agent": agent,
            "execution": execution,
            "state": _state(execution),
            "findings": _findings(execution),
            "breadcrumbs": [
                Link(reverse("agentkit:agents"), "Agents"),
                Link(reverse("agentkit:agent", args=[agent.id]), agent.name),
                Link("", f"Run of {say_moment(execution.started_at)}"),
            ],
        }
        return self.show("omnify_agentkit/run.html", context)


def find_agents(asked: str) -> Iterator[Found]:
    """Yield agents by their names, the newest first."""
    for agent in _listed():
        if fold(asked) in fold(agent.name):
            url = reverse("agentkit:agent", args=[agent.id])
            yield Found(kind="Agents", label=agent.name, note=agent.description, url=url)


FINDERS: Final = (Finder("agent:view", find_agents),)


def _listed() -> list[Agent]:
    """Return the agents, with the analyst that each organization has."""
    analyst = queries.find_unstored_analyst()
    return [analyst] if analyst else list(queries.list_agents()[:_MOST])


def _agents(agents: list[Agent]) -> Table:
    return Table(
        id="agents",
        caption="Agents",
        columns=(
            Column("name", "Agent", is_name=True),
            Column("description", "What it does", is_name=True),
            Column("provider", "Provider"),
            Column("run", "Run", is_key=True),
        ),
        rows=tuple(
            (
                Cell(agent.name, url=reverse("agentkit:agent", args=[agent.id])),
                Cell(agent.description),
                Cell("Rules, no model"),
                Cell(parts=(_run_button(agent),)),
            )
            for agent in agents
        ),
    )


def _run_button(agent: Agent) -> Action:
    return Action(url=reverse("agentkit:execute", args=[agent.id]), label="Run", about=agent.name)


def _runs(agent: Agent, executions: list[Execution]) -> dict[str, Part | None]:
    """Return the runs with a button for another; before the first it is below the reason."""
    run = _run_button(agent)
    return {"run": run if executions else None, "runs": _list_runs(executions, run)}


def _list_runs(executions: list[Execution], run: Action) -> Table:
    return Table(
        id="runs",
        caption="Runs",
        columns=(
            Column("started", "Started"),
            Column("state", "State", is_key=True),
            Column("findings", "Findings", is_number=True, is_key=True),
            Column("cost", "Cost"),
        ),
        rows=tuple(
            (
                Cell(each.started_at, url=reverse("agentkit:run", args=[each.id])),
                Cell(each.status, parts=(_state(each),)),
                Cell(len(queries.read_findings(each))),
                Cell("none"),
            )
            for each in executions
        ),
        empty=Empty(
            title="It has not run yet",
            text="A run reads your own numbers and lists what stands out, each with its rows.",
            action=run,
        ),
    )


def _state(execution: Execution) -> Chip:
    return Chip(state="done" if execution.status == Execution.Status.COMPLETED else "failed")


def _findings(execution: Execution) -> list[tuple[Finding, Table]]:
    """Return the findings with their rows."""
    found = queries.read_findings(execution)
    return [(each, _rows(number, each)) for number, each in enumerate(found)]


def _rows(number: int, finding: Finding) -> Table:
    return Table(
        id=f"rows-{number}",
        caption="Rows",
        columns=(Column("row", "Row"), Column("measure", "Measure"), Column("value", "Value")),
        rows=tuple(
            (Cell(each.row), Cell(each.measure.replace("_", " ")), Cell(each.value))
            for each in finding.evidence
        ),
    )
