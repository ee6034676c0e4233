"""The API routes of integrations."""

from django.urls import path

from apps.integrations.api import views

urlpatterns = [
    path("api/integrations/catalog", views.CatalogView.as_view()),
    path("api/integrations/connections", views.ConnectionListView.as_view()),
    path("api/integrations/connections/<uuid:connection_id>", views.ConnectionView.as_view()),
    path("api/integrations/csv/import", views.CsvImportView.as_view()),
    path("api/integrations/imports", views.ImportListView.as_view()),
    path("api/integrations/jobs/<uuid:job_id>", views.ImportJobView.as_view()),
]
