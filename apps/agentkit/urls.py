"""The routes of agentkit."""

from django.urls import path

from apps.agentkit import api
from omnify.pages.shell import shell_urls

urlpatterns = [
    path("api/agentkit/agents", api.AgentListView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>", api.AgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/execute", api.ExecuteAgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/executions", api.ExecutionListView.as_view()),
    path("api/agentkit/executions/<uuid:execution_id>", api.ExecutionView.as_view()),
    *shell_urls("agentkit"),
]
