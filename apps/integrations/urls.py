"""The routes of integrations: its API, then its pages."""

from django.urls import path

from apps.integrations.actions import api as actions
from apps.integrations.actions.pages import asking as action_asking
from apps.integrations.actions.pages import views as action_pages
from apps.integrations.connecting import api as connecting
from apps.integrations.connecting.pages import accounts as account_pages
from apps.integrations.connecting.pages import asking, catalog, connection
from apps.integrations.connecting.pages.links import ConnectLinkDoneView, ConnectLinkView
from apps.integrations.connecting.pages.needs import NEEDS
from apps.integrations.connections import api as connections
from apps.integrations.imports import api as imports
from apps.integrations.imports.pages import history, shell, steps
from apps.integrations.imports.pages import views as import_pages
from apps.integrations.imports.pages.samples import SampleView
from apps.integrations.lookups.api import OFFERS, lookup_view
from apps.integrations.platforms import api as platforms
from apps.integrations.rates import api as rates
from apps.integrations.rates import pages as rate_pages
from apps.integrations.syncing import api as syncing
from apps.integrations.syncing.pages import acting, fields, runs, sums
from apps.integrations.webhooks import api as webhooks
from omnify.pages.shell import shell_urls

app_name = "integrations"
urlpatterns = [
    path("api/integrations/catalog", platforms.CatalogView.as_view()),
    path("api/integrations/connections", connections.ConnectionListView.as_view()),
    path("api/integrations/connections/<uuid:connection_id>", connecting.ConnectionView.as_view()),
    path(
        "api/integrations/connections/<uuid:connection_id>/accounts",
        connecting.AccountListView.as_view(),
    ),
    path("api/integrations/connections/<uuid:connection_id>/sync", syncing.StartSyncView.as_view()),
    path("api/integrations/connections/<uuid:connection_id>/probe", syncing.ProbeView.as_view()),
    path(
        "api/integrations/connections/<uuid:connection_id>/freshness",
        syncing.FreshnessView.as_view(),
    ),
    path(
        "api/integrations/connections/<uuid:connection_id>/fields", syncing.FieldListView.as_view()
    ),
    path(
        "api/integrations/connections/<uuid:connection_id>/reconciliation",
        syncing.ReconciliationView.as_view(),
    ),
    path(
        "api/integrations/connections/<uuid:connection_id>/pause",
        syncing.PauseConnectionView.as_view(),
    ),
    path(
        "api/integrations/connections/<uuid:connection_id>/resume",
        syncing.ResumeConnectionView.as_view(),
    ),
    path("api/integrations/sync-runs", syncing.SyncRunListView.as_view()),
    path("api/integrations/sync-runs/<uuid:run_id>", syncing.SyncRunView.as_view()),
    path("api/integrations/sync-runs/<uuid:run_id>/cancel", syncing.CancelRunView.as_view()),
    path("api/integrations/sync-runs/<uuid:run_id>/retry", syncing.RetryRunView.as_view()),
    path("api/integrations/actions", actions.ActionListView.as_view()),
    path("api/integrations/actions/<uuid:action_id>", actions.ActionView.as_view()),
    path("api/integrations/actions/<uuid:action_id>/revert", actions.RevertActionView.as_view()),
    path("api/integrations/csv/import", imports.CsvImportView.as_view()),
    path("api/integrations/imports", imports.ImportListView.as_view()),
    path("api/integrations/imports/<uuid:import_id>", imports.ImportView.as_view()),
    path("api/integrations/jobs/<uuid:job_id>", imports.ImportJobView.as_view()),
    path("api/integrations/rates", rates.RateListView.as_view()),
    path("api/integrations/rates/<uuid:rate_id>", rates.RateView.as_view()),
    path("api/integrations/connect-links", connecting.ConnectLinkListView.as_view()),
    path(
        "api/integrations/connections/<uuid:connection_id>/reconnect",
        connecting.ReconnectView.as_view(),
    ),
    path("api/integrations/<slug:platform>/connect", connecting.ConnectView.as_view()),
    path("api/integrations/<slug:platform>/status", connecting.StatusView.as_view()),
    path("api/integrations/<slug:platform>/oauth/authorize", connecting.AuthorizeView.as_view()),
    path(
        "api/integrations/<slug:platform>/oauth/callback",
        connecting.CallbackView.as_view(),
        name="oauth-callback",
    ),
    path("api/integrations/<slug:platform>/oauth/refresh", connecting.RefreshView.as_view()),
    path("api/integrations/<slug:platform>/oauth/disconnect", connecting.DisconnectView.as_view()),
    path("api/integrations/hubspot/workflows/trigger", actions.TriggerWorkflowsView.as_view()),
    path("api/integrations/klaviyo/flows/trigger", actions.TriggerFlowsView.as_view()),
    *(path(f"api/integrations/{each}", lookup_view(each).as_view()) for each in OFFERS),
    path("api/webhooks/<slug:platform>", webhooks.WebhookView.as_view(), name="webhook"),
    path(
        "api/webhooks/<slug:platform>/<uuid:connection_id>",
        webhooks.ConnectionWebhookView.as_view(),
        name="connection-webhook",
    ),
    path("app/integrations/", import_pages.ImportView.as_view(), name="import"),
    path("app/integrations/samples/<str:kind>", SampleView.as_view(), name="sample"),
    path(
        "app/integrations/drafts/<uuid:draft_id>/columns",
        steps.ColumnsView.as_view(),
        name="columns",
    ),
    path("app/integrations/drafts/<uuid:draft_id>/check", steps.CheckView.as_view(), name="check"),
    path(
        "app/integrations/drafts/<uuid:draft_id>/import",
        steps.ImportDraftView.as_view(),
        name="import-draft",
    ),
    path(
        "app/integrations/drafts/<uuid:draft_id>/discard",
        steps.DiscardDraftView.as_view(),
        name="discard",
    ),
    path(
        "app/integrations/imports/<uuid:import_id>",
        import_pages.ImportedView.as_view(),
        name="imported",
    ),
    path(
        "app/integrations/imports/<uuid:import_id>/undo",
        history.UndoImportView.as_view(),
        name="undo-import",
    ),
    path("app/integrations/jobs/<uuid:job_id>", import_pages.ImportJobView.as_view(), name="job"),
    path(
        "app/integrations/jobs/<uuid:job_id>/cancel",
        import_pages.CancelJobView.as_view(),
        name="cancel-job",
    ),
    path("app/integrations/rates", rate_pages.RatesView.as_view(), name="rates"),
    path("app/integrations/rates/add", rate_pages.AddRateView.as_view(), name="add-rate"),
    path(
        "app/integrations/rates/<uuid:rate_id>/delete",
        rate_pages.DeleteRateView.as_view(),
        name="delete-rate",
    ),
    path("app/integrations/connections", catalog.ConnectionsView.as_view(), name="connections"),
    path("app/integrations/connections/add", catalog.CatalogView.as_view(), name="catalog"),
    path(
        "app/integrations/connections/add/<slug:platform>",
        asking.ConnectView.as_view(),
        name="connect",
    ),
    path(
        "app/integrations/connections/add/<slug:platform>/link",
        asking.MakeLinkView.as_view(),
        name="make-link",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>",
        connection.ConnectionView.as_view(),
        name="connection",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/standing",
        connection.StandingView.as_view(),
        name="standing",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/syncs",
        runs.RunsView.as_view(),
        name="syncs",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/reconciliation",
        sums.ReconciliationView.as_view(),
        name="reconciliation",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/fields",
        fields.FieldsView.as_view(),
        name="fields",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/resync",
        acting.ResyncView.as_view(),
        name="resync",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/actions",
        action_pages.ActionsView.as_view(),
        name="actions",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/actions/new",
        action_asking.NewActionView.as_view(),
        name="new-action",
    ),
    path(
        "app/integrations/actions/<uuid:action_id>",
        action_pages.ActionView.as_view(),
        name="action",
    ),
    path(
        "app/integrations/actions/<uuid:action_id>/revert",
        action_pages.RevertView.as_view(),
        name="revert-action",
    ),
    path("app/integrations/sync-runs/<uuid:run_id>", runs.RunView.as_view(), name="sync-run"),
    path(
        "app/integrations/sync-runs/<uuid:run_id>/cancel",
        acting.CancelRunView.as_view(),
        name="cancel-run",
    ),
    path(
        "app/integrations/sync-runs/<uuid:run_id>/retry",
        acting.RetryRunView.as_view(),
        name="retry-run",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/accounts",
        account_pages.AccountsView.as_view(),
        name="choose-accounts",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/reconnect",
        asking.ReconnectView.as_view(),
        name="reconnect",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/sync",
        acting.SyncView.as_view(),
        name="sync",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/pause",
        acting.PauseView.as_view(),
        name="pause",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/resume",
        acting.ResumeView.as_view(),
        name="resume",
    ),
    path(
        "app/integrations/connections/<uuid:connection_id>/disconnect",
        account_pages.DisconnectView.as_view(),
        name="disconnect",
    ),
    path("app/integrations/connect-link", ConnectLinkView.as_view(), name="connect-link"),
    path(
        "app/integrations/connect-link/done",
        ConnectLinkDoneView.as_view(),
        name="connect-link-done",
    ),
    *shell_urls("integrations", finders=shell.FINDERS, work=shell.WORK, needs=NEEDS),
]
