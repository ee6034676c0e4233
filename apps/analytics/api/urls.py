"""The API routes of analytics."""

from django.urls import path

from apps.analytics.api import views

urlpatterns = [
    path("api/analytics/query", views.QueryView.as_view()),
    path("api/analytics/dashboard/stats", views.DashboardStatsView.as_view()),
    path("api/analytics/measures", views.MeasureListView.as_view()),
    path("api/analytics/views", views.SavedViewListView.as_view()),
    path("api/analytics/views/<uuid:view_id>", views.SavedViewView.as_view()),
    path("api/analytics/views/<uuid:view_id>/data", views.SavedViewDataView.as_view()),
]
