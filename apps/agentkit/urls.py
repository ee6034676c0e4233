"""The routes of agentkit."""

from django.urls import path

from apps.agentkit import api, pages
from omnify.pages.shell import shell_urls

app_name = "agentkit"
urlpatterns = [
    path("api/agentkit/agents", api.AgentListView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>", api.AgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/execute", api.ExecuteAgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/executions", api.ExecutionListView.as_view()),
    path("api/agentkit/executions/<uuid:execution_id>", api.ExecutionView.as_view()),
    path("app/agentkit/", pages.AgentListView.as_view(), name="agents"),
    path("app/agentkit/<uuid:agent_id>", pages.AgentView.as_view(), name="agent"),
    path("app/agentkit/<uuid:agent_id>/run", pages.RunAgentView.as_view(), name="execute"),
    path("app/agentkit/runs/<uuid:execution_id>", pages.RunView.as_view(), name="run"),
    *shell_urls("agentkit", finders=pages.FINDERS),
]
