"""The tables of analytics; each model lives in the folder of its concept."""

from apps.analytics.attribution.models import StoredTouchpoint, TouchedSource
from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.saved_views.models import SavedView
from apps.analytics.store.models import DayRollup, StoredFact, StoredSource

__all__ = [
    "DayRollup",
    "OrderedSource",
    "SavedView",
    "StoredFact",
    "StoredOrder",
    "StoredSource",
    "StoredTouchpoint",
    "TouchedSource",
]
