"""The tables of analytics; each model lives in the folder of its concept."""

from apps.analytics.saved_views.models import SavedView

__all__ = ["SavedView"]
