"""Find saved views."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.analytics.exceptions import ViewNotFoundError
from apps.analytics.saved_views.models import SavedView


def list_saved_views() -> QuerySet[SavedView]:
    """Return the organization's saved views, newest first."""
    return SavedView.objects.all()


def get_saved_view(view_id: UUID) -> SavedView:
    """Return a saved view.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
    """
    found = SavedView.objects.filter(id=view_id).first()
    if found is None:
        raise ViewNotFoundError(view_id=view_id)
    return found
