"""Find saved views."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db.models import QuerySet

from apps.analytics.exceptions import ViewNotFoundError
from apps.analytics.querying.messages import QueryInput, QueryResult
from apps.analytics.querying.queries.results import get_result
from apps.analytics.saved_views.models import SavedView


def list_saved_views() -> QuerySet[SavedView]:
    """Return the organization's saved views, newest first."""
    return SavedView.objects.all()


def get_saved_view(view_id: UUID) -> SavedView:
    """Return a saved view.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
    """
    return SavedView.objects.get_or_refuse(ViewNotFoundError(view_id=view_id), id=view_id)


def get_view_result(view_id: UUID) -> QueryResult:
    """Return the present answer to the query of a saved view.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
        NoMetricsError: the organization has no metrics at all.
    """
    return get_result(msgspec.convert(get_saved_view(view_id).query, QueryInput))
