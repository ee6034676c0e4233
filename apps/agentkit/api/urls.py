"""The API routes of agentkit."""

from django.urls import path

from apps.agentkit.api import views

urlpatterns = [
    path("api/agentkit/agents", views.AgentListView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>", views.AgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/execute", views.ExecuteAgentView.as_view()),
    path("api/agentkit/agents/<uuid:agent_id>/executions", views.ExecutionListView.as_view()),
    path("api/agentkit/executions/<uuid:execution_id>", views.ExecutionView.as_view()),
]
