"""HTTP to one operation and back."""

from __future__ import annotations

from apps.infrastructure.messages import Overview
from apps.infrastructure.operations import check_backends
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import STAFF
from omnify.services.messages import as_message


class OverviewView(ServiceView):
    @route(
        STAFF,
        summary="Get the states of the back-ends",
        description="Probes the configured back-ends now; for the platform's operators.",
    )
    def get(self) -> Overview:
        return as_message(Overview, None, backends=check_backends(now=self.now))
