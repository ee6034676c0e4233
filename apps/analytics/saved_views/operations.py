"""Save and delete views."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.analytics.exceptions import ViewNameTakenError
from apps.analytics.saved_views.models import SavedView
from apps.analytics.saved_views.queries import get_saved_view
from omnify.context import current_user_id
from omnify.db import atomic, refuse_taken


def save_view(*, name: str, query: dict[str, Any]) -> SavedView:
    """Save a query under a name.

    Raises:
        ViewNameTakenError: the organization already has a view of this name.
    """
    with refuse_taken("saved_view_name", ViewNameTakenError(name=name)), atomic("analytics"):
        return SavedView.objects.create(name=name, query=query, created_by=current_user_id())


def delete_view(view_id: UUID) -> None:
    """Delete a saved view.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
    """
    view = get_saved_view(view_id)
    with atomic("analytics"):
        view.delete()
