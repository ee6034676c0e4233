"""The caller's organization."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.organizations import Organization, OrganizationChange
from apps.auth.operations.organizations import change_organization
from omnify.api.fields import given_fields
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class OrganizationView(ServiceView):
    @route(SIGNED_IN, summary="Show my organization")
    def get(self) -> Organization:
        return as_message(Organization, queries.get_organization())

    @route("org:edit", summary="Change my organization")
    def patch(self, change: OrganizationChange) -> Organization:
        return as_message(Organization, change_organization(**given_fields(change)))
