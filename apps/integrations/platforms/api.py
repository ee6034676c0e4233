"""The catalog of platforms over HTTP."""

from __future__ import annotations

from apps.integrations.platforms.catalog import list_catalog
from apps.integrations.platforms.messages import Platform
from omnify.api.pagination import Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class CatalogView(ServiceView):
    @route(SIGNED_IN, summary="List the platforms that Omnify knows")
    def get(self) -> Results[Platform]:
        return Results[Platform](results=list_catalog())
