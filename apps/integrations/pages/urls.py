"""The page routes of integrations."""

from django.urls import path

from apps.integrations.pages import views

urlpatterns = [
    path("app/integrations/", views.ImportPageView.as_view()),
    path(
        "app/integrations/jobs/<uuid:job_id>",
        views.ImportJobPageView.as_view(),
        name="integrations-job",
    ),
]
