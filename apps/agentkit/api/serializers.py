"""What agentkit's API reads, and what it shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.agentkit.models import Agent, Execution
from omnify.api.fields import RowSerializer, TextField

_RULES = {
    "name": "rules",
    "is_model": False,
    "description": "Fixed rules over the organization's own numbers; no language model is asked.",
}


class AgentSerializer(RowSerializer[Agent]):
    """An agent."""

    class Meta:
        model = Agent
        fields = ("id", "type", "name", "description", "created_at")


class AgentCreateSerializer(serializers.Serializer[Any]):
    """A new agent."""

    type = serializers.ChoiceField(Agent.Type.choices)
    name = TextField(max_length=100)
    description = TextField(max_length=500, required=False, default="", allow_blank=True)


class AgentChangeSerializer(serializers.Serializer[Any]):
    """What may change of an agent."""

    name = TextField(max_length=100, required=False)
    description = TextField(max_length=500, required=False, allow_blank=True)


class RangeSerializer(serializers.Serializer[Any]):
    """The days to look at; by default the last 52 weeks with data."""

    to = serializers.DateField(required=False, default=None, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """The fields, with ``from``."""
        start = serializers.DateField(required=False, default=None, allow_null=True)
        return {**super().get_fields(), "from": start}


class ExecuteSerializer(serializers.Serializer[Any]):
    """What an agent is to work on."""

    input = RangeSerializer(required=False, default=dict)


class ExecutionSerializer(RowSerializer[Execution]):
    """A run of an agent: what it found, and the queries that it rests on."""

    provider = serializers.SerializerMethodField()

    class Meta:
        model = Execution
        fields = (
            "id",
            "agent_id",
            "status",
            "provider",
            "input",
            "output",
            "sources",
            "error",
            "started_at",
            "finished_at",
        )

    def get_provider(self, _execution: Execution) -> dict[str, Any]:
        """Who did the analysis, and that it is no model."""
        return _RULES
