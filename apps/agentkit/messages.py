"""Agents and their executions, as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from apps.agentkit.rules import Finding
from apps.analytics.contract import MetricQuery
from omnify.api.fields import one_line
from omnify.services.messages import AwareDatetime, Message

AgentType = Annotated[Literal["analytics"], Meta(description="What the agent works on.")]
Name = Annotated[str, one_line(100, "Weekly analyst")]
Description = Annotated[str, one_line(500, "Looks at the last quarter.", min_length=0)]


class AgentInput(Message):
    """A new agent."""

    type: AgentType
    name: Name
    description: Description = ""


class AgentChanges(Message):
    """The fields of an agent to change."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class Agent(AgentInput, kw_only=True):
    """An agent."""

    id: UUID
    created_at: AwareDatetime


class DayRange(Message, rename={"first": "from", "last": "to"}):
    """The days to look at; by default the last 52 weeks with data."""

    first: Annotated[date | None, Meta(examples=["2019-01-01"])] = None
    last: Annotated[date | None, Meta(examples=["2019-11-11"])] = None


class ExecuteInput(Message):
    """The task of an agent."""

    input: DayRange = DayRange()


class Provider(Message):
    """The provider of an analysis."""

    name: Annotated[str, Meta(examples=["rules"])]
    is_model: Annotated[
        bool, Meta(description="Whether a language model writes the answer.", examples=[False])
    ]
    description: str


class Analysis(Message):
    """The output of an execution."""

    findings: tuple[Finding, ...]


class Source(Message):
    """A query behind the findings, and when its data last changed."""

    service: Annotated[str, Meta(examples=["analytics"])]
    method: Annotated[str, Meta(examples=["query"])]
    query: MetricQuery
    as_of: AwareDatetime | None


class Execution(Message):
    """A run of an agent: what it found, and the queries behind the findings."""

    id: UUID
    agent_id: UUID
    status: Literal["completed", "failed"]
    provider: Provider
    input: DayRange
    output: Annotated[Analysis | None, Meta(description="Null after a failure.")]
    sources: tuple[Source, ...]
    error: Annotated[
        dict[str, Any] | None,
        Meta(description="The refusal that failed it: code, detail and details.", examples=[None]),
    ]
    started_at: AwareDatetime
    finished_at: AwareDatetime
