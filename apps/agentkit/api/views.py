"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agentkit import operations, queries
from apps.agentkit.api import serializers
from omnify.api.views import ServiceView


class AgentListView(ServiceView):
    """Agents."""

    access: ClassVar = {"GET": "agent:view", "POST": "agent:create"}

    @extend_schema(summary="List agents", responses=serializers.AgentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; every organization has the analytics analyst."""
        operations.ensure_agents()
        return self.paginated(queries.list_agents(), serializers.AgentSerializer)

    @extend_schema(
        summary="Make an agent",
        request=serializers.AgentCreateSerializer,
        responses={201: serializers.AgentSerializer},
    )
    def post(self, request: Request) -> Response:
        """The agent."""
        made = operations.create_agent(**self.parse(serializers.AgentCreateSerializer))
        return Response(serializers.AgentSerializer(made).data, status=201)


class AgentView(ServiceView):
    """One agent."""

    access: ClassVar = {"GET": "agent:view", "PATCH": "agent:edit", "DELETE": "agent:delete"}
    grants_on = ("agent", "agent_id")

    @extend_schema(summary="Get an agent", responses=serializers.AgentSerializer)
    def get(self, request: Request, agent_id: UUID) -> Response:
        """The agent."""
        return Response(serializers.AgentSerializer(queries.get_agent(agent_id)).data)

    @extend_schema(
        summary="Change an agent",
        request=serializers.AgentChangeSerializer,
        responses=serializers.AgentSerializer,
    )
    def patch(self, request: Request, agent_id: UUID) -> Response:
        """Change what the body names."""
        changes = self.parse(serializers.AgentChangeSerializer)
        changed = operations.change_agent(agent_id, **changes)
        return Response(serializers.AgentSerializer(changed).data)

    @extend_schema(summary="Delete an agent", responses={204: None})
    def delete(self, request: Request, agent_id: UUID) -> Response:
        """Delete it and its executions."""
        operations.delete_agent(agent_id)
        return Response(status=204)


class ExecuteAgentView(ServiceView):
    """Runs agents."""

    access: ClassVar = {"POST": "agent:execute"}
    keeps_answers: ClassVar = False
    grants_on = ("agent", "agent_id")

    @extend_schema(
        summary="Run an agent",
        description="With an Idempotency-Key, the same request is one execution.",
        request=serializers.ExecuteSerializer,
        responses={201: serializers.ExecutionSerializer},
        examples=[
            OpenApiExample(
                "The year 2019",
                request_only=True,
                value={"input": {"from": "2019-01-01", "to": "2019-11-11"}},
            )
        ],
    )
    def post(self, request: Request, agent_id: UUID) -> Response:
        """The finished execution."""
        asked = self.parse(serializers.ExecuteSerializer)["input"]
        done = operations.execute_agent(
            agent_id, first=asked.get("from"), last=asked.get("to"), now=timezone.now()
        )
        return Response(serializers.ExecutionSerializer(done).data, status=201)


class ExecutionListView(ServiceView):
    """An agent's executions."""

    access: ClassVar = {"GET": "agent:view"}
    grants_on = ("agent", "agent_id")

    @extend_schema(
        summary="List an agent's executions",
        responses=serializers.ExecutionSerializer(many=True),
    )
    def get(self, request: Request, agent_id: UUID) -> Response:
        """Newest first."""
        return self.paginated(queries.list_executions(agent_id), serializers.ExecutionSerializer)


class ExecutionView(ServiceView):
    """One execution."""

    access: ClassVar = {"GET": "agent:view"}

    @extend_schema(summary="Get an execution", responses=serializers.ExecutionSerializer)
    def get(self, request: Request, execution_id: UUID) -> Response:
        """The execution."""
        row = queries.get_execution(execution_id)
        return Response(serializers.ExecutionSerializer(row).data)
