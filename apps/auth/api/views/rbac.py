"""Roles, permissions and grants."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import organizations as serializers
from apps.auth.operations import grants, roles
from apps.auth.roles import PERMISSIONS, SYSTEM_ROLES
from omnify.api.views import ServiceView
from omnify.context import current, current_user_id
from omnify.identity.permissions import SIGNED_IN, refuse_unless_allowed

_ROLE = OpenApiExample(
    "Analyst",
    request_only=True,
    value={"name": "Analyst", "permissions": ["analytics:view", "analytics:export"]},
)


class RoleListView(ServiceView):
    """The roles of an organization."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": "user:edit"}

    @extend_schema(
        operation_id="rbac_roles_list",
        summary="List roles",
        responses=serializers.RoleListSerializer,
    )
    def get(self, request: Request) -> Response:
        """The system roles, then the organization's own."""
        of = serializers.RoleSerializer
        rows = [of.of_system(name, allowed) for name, allowed in SYSTEM_ROLES.items()]
        rows += [of.of_custom(role) for role in queries.list_custom_roles()]
        return Response({"results": rows, "next": None})

    @extend_schema(
        summary="Make a custom role",
        description="It can hold no permission that its maker lacks.",
        request=serializers.RoleInputSerializer,
        responses={201: serializers.RoleSerializer},
        examples=[_ROLE],
    )
    def post(self, request: Request) -> Response:
        """Make it."""
        asked = roles.RoleInput(**self.parse(serializers.RoleInputSerializer))
        return Response(serializers.RoleSerializer.of_custom(roles.create_role(asked)), 201)


class RoleView(ServiceView):
    """A role."""

    access: ClassVar = {"GET": SIGNED_IN, "PUT": "user:edit", "DELETE": "user:edit"}

    @extend_schema(summary="A role", responses=serializers.RoleSerializer)
    def get(self, request: Request, role_id: str) -> Response:
        """Its name and permissions."""
        if role_id in SYSTEM_ROLES:
            shown = serializers.RoleSerializer.of_system(role_id, SYSTEM_ROLES[role_id])
            return Response(shown)
        role = queries.get_custom_role(role_id=role_id)
        return Response(serializers.RoleSerializer.of_custom(role))

    @extend_schema(
        summary="Replace a custom role",
        description="Takes effect within a second for everybody who has it.",
        request=serializers.RoleInputSerializer,
        responses=serializers.RoleSerializer,
        examples=[_ROLE],
    )
    def put(self, request: Request, role_id: str) -> Response:
        """Replace it."""
        role = queries.get_custom_role(role_id=role_id)
        asked = roles.RoleInput(**self.parse(serializers.RoleInputSerializer))
        changed = roles.change_role(role_id=role.id, asked=asked, now=timezone.now())
        return Response(serializers.RoleSerializer.of_custom(changed))

    @extend_schema(summary="Delete a custom role", responses={204: None})
    def delete(self, request: Request, role_id: str) -> Response:
        """Delete it, if nobody has it."""
        role = queries.get_custom_role(role_id=role_id)
        roles.delete_role(role_id=role.id, now=timezone.now())
        return Response(status=204)


class PermissionListView(ServiceView):
    """All permissions."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        operation_id="rbac_permissions_list",
        summary="List permissions",
        responses=serializers.PermissionListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Each as ``resource:action``."""
        return Response({"results": PERMISSIONS, "next": None})


class CheckPermissionView(ServiceView):
    """Whether somebody holds a permission."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Check a permission",
        description="Of whoever asks, or with `user:view` of another member.",
        request=serializers.PermissionCheckSerializer,
        responses=serializers.PermissionAnswerSerializer,
        examples=[OpenApiExample("Mine", request_only=True, value={"permission": "campaign:edit"})],
    )
    def post(self, request: Request) -> Response:
        """By role, or by a grant on the object."""
        asked: dict[str, Any] = self.parse(serializers.PermissionCheckSerializer)
        user_id = asked.get("user_id", current_user_id())
        if user_id != current_user_id():
            refuse_unless_allowed(current().principal, "user:view")
            queries.get_member(user_id=user_id)
        allowed = queries.has_permission(
            user_id=user_id,
            permission=asked["permission"],
            resource_type=asked.get("resource_type", ""),
            resource_id=asked.get("resource_id", ""),
            now=timezone.now(),
        )
        return Response({"allowed": allowed})


class GrantView(ServiceView):
    """Permissions on one object."""

    access: ClassVar = {"POST": "user:edit"}

    @extend_schema(
        summary="Grant permissions on one object",
        description="They hold for the user's sessions on the routes of that agent, connection "
        "(`integration`) or saved view (`analytics`), and in `/api/rbac/permissions/check`; API "
        "keys hold what their own list says.",
        request=serializers.GrantInputSerializer,
        responses={201: serializers.GrantSerializer},
    )
    def post(self, request: Request) -> Response:
        """Grant them; a second grant on the object replaces the first."""
        asked = grants.GrantInput(**self.parse(serializers.GrantInputSerializer))
        return Response(serializers.GrantSerializer(grants.grant_permissions(asked)).data, 201)


class RevokeGrantView(ServiceView):
    """Taking a grant back."""

    access: ClassVar = {"DELETE": "user:edit"}

    @extend_schema(
        summary="Take a grant back",
        parameters=[serializers.GrantRevocationSerializer],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Take it back; the query names it."""
        given = request.query_params.dict()
        serializer = serializers.GrantRevocationSerializer(data=given)
        serializer.is_valid(raise_exception=True)
        grants.revoke_grant(**serializer.validated_data)
        return Response(status=204)
