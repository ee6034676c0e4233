"""Save and delete views."""

from __future__ import annotations

from uuid import UUID

import msgspec

from apps.analytics.exceptions import ForeignViewError, ViewNameTakenError
from apps.analytics.querying.queries.results import to_metric_query
from apps.analytics.querying.queries.tables import refuse_invalid
from apps.analytics.saved_views.messages import SavedViewInput
from apps.analytics.saved_views.models import SavedView
from apps.analytics.saved_views.queries import get_saved_view
from omnify.context import current_user_id
from omnify.db import atomic, refuse_taken


def save_view(view_input: SavedViewInput) -> SavedView:
    """Save a query under a name.

    Raises:
        QueryInvalidError: the query could not be answered.
        ViewNameTakenError: the organization already has a view of this name.
    """
    refuse_invalid(to_metric_query(view_input.query))
    name, query = view_input.name, msgspec.to_builtins(view_input.query)
    with refuse_taken("saved_view_name", ViewNameTakenError(name=name)), atomic("analytics"):
        return SavedView.objects.create(name=name, query=query, created_by=current_user_id())


def delete_view(view_id: UUID, *, is_administered: bool) -> None:
    """Delete a saved view that the caller saved, or administers.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
        ForeignViewError: another member saved it, and the caller does not administer it.
    """
    view = get_saved_view(view_id)
    is_own = view.created_by == current_user_id()
    if not is_own and not is_administered:
        raise ForeignViewError(name=view.name)
    with atomic("analytics"):
        view.delete()
