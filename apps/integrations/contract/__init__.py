"""What integrations declares, and what other services may ask of it.

What they are answered, what they are told of and the measures are in files of their own.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

# Other services find all of it here.
from apps.integrations.contract.actions import (  # noqa: F401
    ActionProblem,
    ActionRequest,
    ActionSubject,
    ActionTarget,
    PlatformAction,
    TargetState,
)
from apps.integrations.contract.connections import (  # noqa: F401
    CompleteLevel,
    Connection,
    ConnectionFreshness,
    ImportedFile,
    MetricsSpan,
    OrderSource,
    ProbeResult,
)
from apps.integrations.contract.events import (  # noqa: F401
    ActionExecuted,
    ConnectionActivated,
    ConnectionExpired,
    CustomersErased,
    EntitiesChanged,
    MetricsChanged,
    OrdersChanged,
    RatesChanged,
    SyncCompleted,
    SyncFailed,
    TouchpointsChanged,
    WebhookReceived,
)
from apps.integrations.contract.measures import (  # noqa: F401
    COUNT,
    CURRENCY,
    EVERY_DIMENSION,
    MEASURES,
    Measure,
)
from apps.integrations.contract.records import (  # noqa: F401
    MAX_PAGE,
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    DayRate,
    EntitiesPage,
    EntitiesQuery,
    Entity,
    MeasureMicros,
    Order,
    OrdersPage,
    OrdersQuery,
    OrganizationsPage,
    RatesPage,
    RatesQuery,
    Touchpoint,
    TouchpointsPage,
    TouchpointsQuery,
)
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import FamilySetting, NavigationItem, SettingFamily

_ADAPTERS: Final = Path(__file__).parents[1].glob("platforms/*/adapter.py")
#: The platforms that connections are of: the folders in ``platforms`` that have an adapter.
PLATFORMS: Final = tuple(sorted(file.parent.name for file in _ADAPTERS))
_PLATFORM_SETTINGS: Final = SettingFamily(
    name="PLATFORMS",
    stands_for="PLATFORM",
    members=PLATFORMS,
    settings=(
        FamilySetting("CLIENT_ID", "text", "The id of your app at a platform (`META_ADS_…`)."),
        FamilySetting("CLIENT_SECRET", "text", "The secret of that app."),
        FamilySetting("AUTHORIZE_URL", "url", "The page where people consent, whole."),
        FamilySetting("TOKEN_URL", "url", "Where tokens are given, whole."),
        FamilySetting("API_URL", "url", "The origin of its API; it may be a loopback one."),
        FamilySetting("API_VERSION", "text", "The version of its API that is asked."),
        FamilySetting("API_VERSION_ENDS", "day", "The day when that version ends."),
        FamilySetting("DAILY_CALLS", "amount", "The calls a day that it grants your app."),
        FamilySetting("WEBHOOK_SECRETS", "texts", "Secrets of its webhooks, several by comma."),
        FamilySetting("WEBHOOK_VERIFY_TOKEN", "text", "Your word in its webhooks' challenge."),
    ),
)

#: Where people see exchange rates and add some.
RATES_PAGE: Final = "/app/integrations/rates"

MANIFEST = Manifest(
    name="integrations",
    summary="Connects platforms and files, and keeps their normalised daily metrics.",
    port=8002,
    prefixes=("/api/integrations", "/api/webhooks"),
    needs=("auth",),
    required_settings=("OMNIFY_ENCRYPTION_KEYS",),
    setting_families=(_PLATFORM_SETTINGS,),
    uploads=("/api/integrations/csv/import", "/app/integrations/"),
    navigation=(
        NavigationItem(
            "Imports", "/app/integrations/", "upload", "integration:connect", group="data"
        ),
        NavigationItem(
            "Connections",
            "/app/integrations/connections",
            "plug",
            "integration:view",
            group="data",
            weight=40,
        ),
        NavigationItem(
            "Exchange rates",
            RATES_PAGE,
            "exchange",
            "integration:view",
            group="data",
            weight=60,
        ),
    ),
    gives_to_shell=("search", "work", "needs"),
)


class Integrations(Contract):
    """Ask for the metrics of the organization in the context."""

    service = "integrations"

    @method(idempotent=True, timeout_seconds=10.0)
    def daily_metrics(self, query: DailyMetricsQuery) -> DailyMetricsPage:
        """Return a page of daily metrics, at most ``MAX_PAGE``."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def orders(self, query: OrdersQuery) -> OrdersPage:
        """Return a page of orders, at most ``MAX_PAGE``.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def touchpoints(self, query: TouchpointsQuery) -> TouchpointsPage:
        """Return a page of touchpoints, at most ``MAX_PAGE``.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def entities(self, query: EntitiesQuery) -> EntitiesPage:
        """Return a page of campaigns, ad groups and ads of platforms, at most ``MAX_PAGE``.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def exchange_rates(self, query: RatesQuery) -> RatesPage:
        """Return a page of what currencies are worth in another by day.

        A day takes its own rate, or the latest of the seven days before it.

        Raises:
            CursorInvalidError: no page gave ``after`` as its next.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def metrics_span(self) -> MetricsSpan:
        """Return the days between which there are metrics."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def list_connections(self) -> tuple[Connection, ...]:
        """List the connections of the organization, those of files included."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=10.0)
    def list_organizations(self, after: UUID | None = None) -> OrganizationsPage:
        """Return a page of all organizations that have connections, for the fleet's own upkeep.

        ``after`` is the previous page's ``next``.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def get_connection(self, connection_id: UUID) -> Connection:
        """Return a connection of the organization.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def freshness(self, connection_id: UUID) -> ConnectionFreshness:
        """Return how fresh a connection is.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=60.0)
    def probe(self, connection_id: UUID) -> ProbeResult:
        """Ask a connection's platform whether it answers.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
            NothingToSyncError: it has no platform, or no token.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def start_sync(self, connection_id: UUID) -> UUID:
        """Begin a run of a connection; returns its id, or that of the one under way.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
            ConnectionPausedError: it is paused, or disconnected.
            NothingToSyncError: it has no platform, or no account is chosen.
        """
        raise NotImplementedError

    @method(idempotent=False, timeout_seconds=5.0)
    def execute_action(self, wanted: ActionRequest) -> PlatformAction:
        """Begin an action on a connection's platform, which a person has approved.

        What becomes of it is told by ``ActionExecuted``.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
            ConnectionPausedError, ConnectionExpiredError, NothingToSyncError: it cannot act now.
            ActionUnsupportedError: nothing is done through it.
            ActionInvalidError: the platform has no such level or money; ``errors`` says which.
            PersonRequiredError, MissingPermissionError: the user may not, or is an API key.
            ActionUnderWayError: another action on the target has not ended.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def list_channels(self) -> tuple[str, ...]:
        """List the names of the organization's channels by alphabet."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def list_files(self, from_date: date, to_date: date) -> tuple[ImportedFile, ...]:
        """List the files that count and have any of some days, newest first, at most 100."""
        raise NotImplementedError
