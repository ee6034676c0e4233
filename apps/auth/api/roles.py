"""Roles, the permissions that they bundle, and grants on single objects."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages import roles as messages
from apps.auth.operations import roles
from apps.auth.roles import PERMISSIONS
from omnify.api.pagination import Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class RoleListView(ServiceView):
    @route(
        SIGNED_IN,
        summary="List roles",
        description="The system roles, then the organization's own.",
    )
    def get(self) -> Results[messages.Role]:
        return Results(results=queries.list_roles())

    @route(
        "user:edit",
        summary="Make a custom role",
        description="It can hold no permission that its maker lacks.",
        status=201,
    )
    def post(self, role_input: messages.RoleInput) -> messages.Role:
        return queries.to_role(roles.create_role(role_input))


class RoleView(ServiceView):
    @route(SIGNED_IN, summary="Show a role")
    def get(self, role_id: str) -> messages.Role:
        return queries.get_role(role_id=role_id)

    @route(
        "user:edit",
        summary="Replace a custom role",
        description="Takes effect within a second for everybody who has it.",
    )
    def put(self, role_input: messages.RoleInput, role_id: str) -> messages.Role:
        changed = roles.change_role(role_id=role_id, role_input=role_input, now=self.now)
        return queries.to_role(changed)

    @route("user:edit", summary="Delete a custom role that nobody has")
    def delete(self, role_id: str) -> None:
        roles.delete_role(role_id=role_id, now=self.now)


class PermissionListView(ServiceView):
    @route(SIGNED_IN, summary="List permissions")
    def get(self) -> messages.PermissionList:
        return messages.PermissionList(results=PERMISSIONS)


class CheckPermissionView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="Check a permission",
        description="Of the caller, or with `user:view` of another member.",
    )
    def post(self, check: messages.PermissionCheck) -> messages.PermissionAnswer:
        return messages.PermissionAnswer(allowed=queries.check_permission(check, now=self.now))


class GrantView(ServiceView):
    @route(
        "user:edit",
        summary="Grant permissions on one object",
        description="They hold for the user's sessions on the routes of that agent, connection "
        "(`integration`) or saved view (`analytics`), and in `/api/rbac/permissions/check`; API "
        "keys hold what their own list says. A second grant on the object replaces the first.",
        status=201,
    )
    def post(self, grant_input: messages.GrantInput) -> messages.Grant:
        return as_message(messages.Grant, roles.grant_permissions(grant_input))


class RevokeGrantView(ServiceView):
    @route("user:edit", summary="Revoke a grant")
    def delete(self, place: messages.GrantPlace) -> None:
        roles.revoke_grant(place)
