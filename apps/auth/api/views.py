"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api import serializers
from apps.auth.operations import keys, organizations, sessions
from apps.auth.rbac import PERMISSIONS, SYSTEM_ROLES, permissions_of
from omnify.api.permissions import PUBLIC, SIGNED_IN
from omnify.api.views import ServiceView
from omnify.context import current, current_user_id

PASSWORD = "correct horse battery"  # noqa: S105 - an example for readers


class RegisterView(ServiceView):
    """Registers an organization."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Register an organization and its owner",
        request=serializers.RegistrationSerializer,
        responses={201: serializers.RegisteredSerializer},
        examples=[
            OpenApiExample(
                "Acme",
                request_only=True,
                value={
                    "organization_name": "Acme",
                    "first_name": "Ada",
                    "last_name": "Byron",
                    "email": "ada@acme.example",
                    "password": PASSWORD,
                },
            )
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Make the organization and sign its owner in."""
        asked = organizations.Registration(**self.parse(serializers.RegistrationSerializer))
        session, tokens = organizations.register_organization(
            asked, device=sessions.Device.of_request(request.META), now=timezone.now()
        )
        organization = serializers.OrganizationSerializer(session.organization).data
        return Response(signed_in(session.user, tokens) | {"organization": organization}, 201)


class LoginView(ServiceView):
    """Signs in."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Sign in with e-mail and password",
        request=serializers.LoginSerializer,
        responses=serializers.SignedInSerializer,
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open a session."""
        asked = self.parse(serializers.LoginSerializer)
        user, tokens = sessions.sign_in(
            **asked, device=sessions.Device.of_request(request.META), now=timezone.now()
        )
        return Response(signed_in(user, tokens))


class RefreshView(ServiceView):
    """Goes on with a session."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Exchange a refresh token for new tokens",
        description="Each refresh token works once; reuse ends the session.",
        request=serializers.RefreshSerializer,
        responses=serializers.TokensSerializer,
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Rotate the refresh token."""
        asked = self.parse(serializers.RefreshSerializer)
        pair = sessions.refresh_session(presented=asked["refresh_token"], now=timezone.now())
        return Response(msgspec.to_builtins(pair))


class LogoutView(ServiceView):
    """Signs out."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(summary="End this session", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session; its refresh tokens are dead from here on."""
        session_id = current().principal.session_id
        sessions.revoke_sessions(now=timezone.now(), reason="signed out", id=session_id)
        return Response(status=204)


class MeView(ServiceView):
    """Who asks."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="Who is signed in", responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """The user, the organization, the role and its permissions."""
        session = queries.get_live_session(now=timezone.now())
        role = current().principal.role
        return Response(
            {
                "user": serializers.UserSerializer(session.user).data,
                "organization": serializers.OrganizationSerializer(session.organization).data,
                "role": role,
                "permissions": list(permissions_of(role)),
            }
        )


class SessionListView(ServiceView):
    """The user's own sessions."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List my sessions", responses=serializers.SessionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those that go on, newest first."""
        rows = queries.list_sessions(user_id=current_user_id(), now=timezone.now())
        return self.paginated(rows, serializers.SessionSerializer)


class SessionView(ServiceView):
    """One of the user's own sessions."""

    access: ClassVar = {"DELETE": SIGNED_IN}

    @extend_schema(summary="End one of my sessions", responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        """End it."""
        sessions.end_session(session_id=session_id, user_id=current_user_id(), now=timezone.now())
        return Response(status=204)


class OrganizationView(ServiceView):
    """The organization of whoever asks."""

    access: ClassVar = {"GET": SIGNED_IN, "PATCH": "org:edit"}

    @extend_schema(summary="My organization", responses=serializers.OrganizationSerializer)
    def get(self, request: Request) -> Response:
        """Its name, currency and time zone."""
        return Response(serializers.OrganizationSerializer(queries.get_organization()).data)

    @extend_schema(
        summary="Change my organization",
        request=serializers.OrganizationChangeSerializer,
        responses=serializers.OrganizationSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change what the body names."""
        changes = self.parse(serializers.OrganizationChangeSerializer)
        changed = organizations.change_organization(**changes)
        return Response(serializers.OrganizationSerializer(changed).data)


class RoleListView(ServiceView):
    """The roles of an organization."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List roles", responses=serializers.RoleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The system roles."""
        rows = [{"id": name} for name in SYSTEM_ROLES]
        return Response({"results": serializers.RoleSerializer(rows, many=True).data, "next": None})


class PermissionListView(ServiceView):
    """All permissions."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List permissions", responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        """Their names."""
        return Response({"results": list(PERMISSIONS), "next": None})


class KeySetView(ServiceView):
    """The public keys."""

    access: ClassVar = {"GET": PUBLIC}
    authentication_classes = ()

    @extend_schema(
        summary="The keys that access tokens are verified with",
        responses={200: {"type": "object"}},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """A JWK set (RFC 7517)."""
        headers = {"Cache-Control": "public, max-age=60"}
        return Response({"keys": keys.publish_keys()}, headers=headers)


def signed_in(user: Any, tokens: sessions.TokenPair) -> dict[str, Any]:
    """A session's tokens and its user, for an answer."""
    return {**msgspec.to_builtins(tokens), "user": serializers.UserSerializer(user).data}
