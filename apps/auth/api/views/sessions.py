"""Sessions: one's own, and of members."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import sessions as serializers
from apps.auth.operations import sessions
from apps.auth.operations.members import end_member_sessions
from omnify.api.views import ServiceView
from omnify.context import current_user_id
from omnify.identity.permissions import SIGNED_IN


class SessionListView(ServiceView):
    """The user's own sessions."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List my sessions", responses=serializers.SessionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those that go on, newest first."""
        now = timezone.now()
        rows = queries.list_sessions(user_id=queries.get_current_session(now=now).user_id, now=now)
        return self.paginated(rows, serializers.SessionSerializer)


class SessionView(ServiceView):
    """One of the user's own sessions."""

    access: ClassVar = {"DELETE": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="End one of my sessions",
        description="Needs a fresh proof of identity.",
        responses={204: None},
    )
    def delete(self, request: Request, session_id: UUID) -> Response:
        """End it."""
        sessions.end_own_session(session_id=session_id, now=timezone.now())
        return Response(status=204)


class DeviceView(ServiceView):
    """The user's own sessions of one device."""

    access: ClassVar = {"DELETE": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="End my sessions of one device",
        description="Needs a fresh proof of identity.",
        responses={204: None},
    )
    def delete(self, request: Request, device_id: UUID) -> Response:
        """End them."""
        sessions.end_device(device_id=device_id, now=timezone.now())
        return Response(status=204)


class RevokeAllView(ServiceView):
    """Many sessions at once."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="End all my sessions, or a member's",
        description="One's own need a fresh proof of identity, a member's the permission "
        "`user:edit`. API keys go on; the reset of a password ends them too.",
        request=serializers.RevocationSerializer,
        responses=serializers.RevokedSerializer,
    )
    def post(self, request: Request) -> Response:
        """End them."""
        asked, now = self.parse(serializers.RevocationSerializer), timezone.now()
        user_id = asked.get("user_id", current_user_id())
        if user_id != current_user_id():
            return Response({"revoked": end_member_sessions(user_id=user_id, now=now)})
        revoked = sessions.end_own_sessions(keeps_current=asked["keep_current"], now=now)
        return Response({"revoked": revoked})
