"""The routes of analytics: its API, then its pages."""

from django.urls import path

from apps.analytics.attribution import api as attribution
from apps.analytics.attribution.pages import views as attribution_pages
from apps.analytics.customers import api as customers
from apps.analytics.customers.pages import views as customer_pages
from apps.analytics.dashboard import api as dashboard
from apps.analytics.dashboard.pages import search
from apps.analytics.dashboard.pages import views as pages
from apps.analytics.querying import api as querying
from apps.analytics.saved_views import api as saved_views
from apps.analytics.saved_views import pages as view_pages
from omnify.pages.shell import shell_urls
from omnify.pages.workbooks import xlsx_file

app_name = "analytics"
urlpatterns = [
    path("api/analytics/query", querying.QueryView.as_view()),
    path("api/analytics/measures", querying.MeasureListView.as_view()),
    path("api/analytics/dashboard/stats", dashboard.DashboardStatsView.as_view()),
    path("api/analytics/cohorts", customers.CohortListView.as_view()),
    path("api/analytics/attribution", attribution.AttributionView.as_view()),
    path("api/analytics/views", saved_views.SavedViewListView.as_view()),
    path("api/analytics/views/<uuid:view_id>", saved_views.SavedViewView.as_view()),
    path("api/analytics/views/<uuid:view_id>/data", saved_views.SavedViewDataView.as_view()),
    path("app/analytics/", pages.DashboardView.as_view(), name="dashboard"),
    path("app/analytics/changes", pages.ChangesView.as_view(), name="changes"),
    path("app/analytics/ahead", pages.AheadView.as_view(), name="ahead"),
    path("app/analytics/channels", pages.ChannelListView.as_view(), name="channels"),
    path("app/analytics/channels/channel", pages.ChannelView.as_view(), name="channel"),
    path("app/analytics/origin", pages.OriginView.as_view(), name="origin"),
    path("app/analytics/chart.csv", pages.ChartFileView.as_view(), name="chart.csv"),
    path(
        "app/analytics/chart.xlsx",
        pages.ChartFileView.as_view(write=xlsx_file),
        name="chart.xlsx",
    ),
    path("app/analytics/channels.csv", pages.ChannelsFileView.as_view(), name="channels.csv"),
    path(
        "app/analytics/channels.xlsx",
        pages.ChannelsFileView.as_view(write=xlsx_file),
        name="channels.xlsx",
    ),
    path("app/analytics/customers", customer_pages.CustomersView.as_view(), name="customers"),
    path(
        "app/analytics/customers.csv",
        customer_pages.CustomersFileView.as_view(),
        name="customers.csv",
    ),
    path(
        "app/analytics/customers.xlsx",
        customer_pages.CustomersFileView.as_view(write=xlsx_file),
        name="customers.xlsx",
    ),
    path(
        "app/analytics/attribution",
        attribution_pages.AttributionPage.as_view(),
        name="attribution",
    ),
    path(
        "app/analytics/attribution.csv",
        attribution_pages.AttributionFileView.as_view(),
        name="attribution.csv",
    ),
    path(
        "app/analytics/attribution.xlsx",
        attribution_pages.AttributionFileView.as_view(write=xlsx_file),
        name="attribution.xlsx",
    ),
    path("app/analytics/views", view_pages.SavedViewListPage.as_view(), name="views"),
    path("app/analytics/views/new", view_pages.NewViewPage.as_view(), name="view.new"),
    path("app/analytics/views/<uuid:view_id>", view_pages.SavedViewPage.as_view(), name="view"),
    path(
        "app/analytics/views/<uuid:view_id>/csv",
        view_pages.SavedViewCsvPage.as_view(),
        name="view.csv",
    ),
    path(
        "app/analytics/views/<uuid:view_id>/rename",
        view_pages.RenameViewPage.as_view(),
        name="view.rename",
    ),
    path(
        "app/analytics/views/<uuid:view_id>/delete",
        view_pages.DeleteViewPage.as_view(),
        name="view.delete",
    ),
    *shell_urls("analytics", finders=(*search.FINDERS, *view_pages.FINDERS)),
]
