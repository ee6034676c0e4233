"""The routes of onboarding."""

from django.urls import path

from apps.onboarding import api
from omnify.pages.shell import shell_urls

urlpatterns = [
    path("api/onboarding/start", api.StartView.as_view()),
    path("api/onboarding/status", api.StatusView.as_view()),
    path("api/onboarding/roles", api.RoleListView.as_view()),
    path("api/onboarding/achievements", api.AchievementListView.as_view()),
    path("api/onboarding/steps/<slug:step>", api.StepView.as_view()),
    path("api/onboarding/steps/<slug:step>/complete", api.CompleteStepView.as_view()),
    path("api/onboarding/steps/<slug:step>/skip", api.SkipStepView.as_view()),
    *shell_urls("onboarding"),
]
