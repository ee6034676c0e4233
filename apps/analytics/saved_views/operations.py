"""Save and delete views."""

from __future__ import annotations

from uuid import UUID

import msgspec

from apps.analytics.exceptions import ForeignViewError, ViewNameTakenError
from apps.analytics.metrics.validation import refuse_invalid_query
from apps.analytics.querying.queries.results import to_metric_query
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
    refuse_invalid_query(to_metric_query(view_input.query))
    name, query = view_input.name, msgspec.to_builtins(view_input.query)
    with refuse_taken("saved_view_name", ViewNameTakenError(name=name)), atomic("analytics"):
        return SavedView.objects.create(name=name, query=query, created_by=current_user_id())


def rename_view(view_id: UUID, name: str, *, is_administered: bool) -> None:
    """Give a view that the caller saved, or administers, another name.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
        ForeignViewError: another member saved it, and the caller does not administer it.
        ViewNameTakenError: the organization already has a view of this name.
    """
    view = _get_own(view_id, is_administered=is_administered)
    view.name = name
    with refuse_taken("saved_view_name", ViewNameTakenError(name=name)), atomic("analytics"):
        view.save(update_fields=["name"])


def delete_view(view_id: UUID, *, is_administered: bool) -> None:
    """Delete a saved view that the caller saved, or administers.

    Raises:
        ViewNotFoundError: the organization has no saved view with this id.
        ForeignViewError: another member saved it, and the caller does not administer it.
    """
    view = _get_own(view_id, is_administered=is_administered)
    with atomic("analytics"):
        view.delete()


def _get_own(view_id: UUID, *, is_administered: bool) -> SavedView:
    view = get_saved_view(view_id)
    if view.created_by != current_user_id() and not is_administered:
        raise ForeignViewError(name=view.name)
    return view
