"""The API routes of onboarding."""

from django.urls import path

from apps.onboarding.api import views

urlpatterns = [
    path("api/onboarding/start", views.StartView.as_view()),
    path("api/onboarding/status", views.StatusView.as_view()),
    path("api/onboarding/roles", views.RoleListView.as_view()),
    path("api/onboarding/achievements", views.AchievementListView.as_view()),
    path("api/onboarding/steps/<slug:step>", views.StepView.as_view()),
    path("api/onboarding/steps/<slug:step>/complete", views.CompleteStepView.as_view()),
    path("api/onboarding/steps/<slug:step>/skip", views.SkipStepView.as_view()),
]
