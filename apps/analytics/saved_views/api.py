"""Saved views over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request

from apps.analytics.querying.messages import QueryResult
from apps.analytics.saved_views import operations, queries
from apps.analytics.saved_views.messages import SavedView, SavedViewInput
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import is_held
from omnify.services.messages import as_message


class SavedViewListView(ServiceView):
    @route("analytics:view", summary="List saved views")
    def get(self) -> Page[SavedView]:
        return self.page(queries.list_saved_views(), SavedView)

    @route("analytics:view", summary="Save a query under a name", status=201)
    def post(self, view_input: SavedViewInput) -> SavedView:
        return as_message(SavedView, operations.save_view(view_input))


class SavedViewView(ServiceView):
    grants_on: ClassVar = ("analytics", "view_id")

    @route("analytics:view", summary="Get a saved view")
    def get(self, view_id: UUID) -> SavedView:
        return as_message(SavedView, queries.get_saved_view(view_id))

    @route(
        "analytics:view",
        summary="Delete a saved view",
        description="For who saved it, and for holders of `analytics:admin`, on this view or all.",
    )
    def delete(self, view_id: UUID) -> None:
        operations.delete_view(view_id, is_administered=self._is_administered)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for a grant before the transaction of a keyed request, which may call nobody."""
        super().initial(request, *args, **kwargs)
        self._is_administered = request.method == "DELETE" and is_held(self, "analytics:admin")


class SavedViewDataView(ServiceView):
    grants_on: ClassVar = ("analytics", "view_id")

    @route("analytics:view", summary="Run a saved view", calls=3)
    def get(self, view_id: UUID) -> QueryResult:
        return queries.get_view_result(view_id)
