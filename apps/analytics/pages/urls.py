"""The page routes of analytics."""

from django.urls import path

from apps.analytics.pages import views

urlpatterns = [
    path("app/analytics/", views.DashboardView.as_view()),
    path("app/analytics/chart", views.ChartView.as_view()),
    path("app/analytics/chart.csv", views.ChartCsvView.as_view()),
    path("app/analytics/channels.csv", views.ChannelsCsvView.as_view()),
]
