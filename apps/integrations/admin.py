"""The operators' pages of all concepts, where Django looks for them."""

from apps.integrations.accounts.admin import PlatformAccountAdmin
from apps.integrations.actions.admin import PlatformActionAdmin
from apps.integrations.authorizing.admin import CredentialAdmin
from apps.integrations.calling.admin import QuotaAdmin, RawAnswerAdmin
from apps.integrations.connections.admin import ConnectionAdmin
from apps.integrations.imports.admin import CsvImportAdmin
from apps.integrations.metrics.admin import DailyMetricAdmin, EntityAdmin
from apps.integrations.orders.admin import OrderAdmin
from apps.integrations.rates.admin import ExchangeRateAdmin, SharedRateAdmin
from apps.integrations.syncing.admin import SyncRunAdmin
from apps.integrations.touchpoints.admin import TouchpointAdmin
from apps.integrations.webhooks.admin import WebhookDeliveryAdmin

__all__ = [
    "ConnectionAdmin",
    "CredentialAdmin",
    "CsvImportAdmin",
    "DailyMetricAdmin",
    "EntityAdmin",
    "ExchangeRateAdmin",
    "OrderAdmin",
    "PlatformAccountAdmin",
    "PlatformActionAdmin",
    "QuotaAdmin",
    "RawAnswerAdmin",
    "SharedRateAdmin",
    "SyncRunAdmin",
    "TouchpointAdmin",
    "WebhookDeliveryAdmin",
]
