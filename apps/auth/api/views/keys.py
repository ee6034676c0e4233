"""Keys of programs, the public keys, and the audit ledger."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import organizations as serializers
from apps.auth.operations import api_keys, signing_keys
from omnify.api.views import ServiceView
from omnify.context import current_organization_id, current_user_id
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class ApiKeyListView(ServiceView):
    """The own keys for programs."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(summary="List my API keys", responses=serializers.ApiKeySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Without the keys themselves."""
        queries.get_current_session(now=timezone.now())
        rows = queries.list_api_keys(
            user_id=current_user_id(), organization_id=current_organization_id()
        )
        return self.paginated(rows, serializers.ApiKeySerializer)

    @extend_schema(
        summary="Make an API key",
        description="Needs a fresh proof of identity. The key is in this answer and nowhere else. "
        "It can never do more than its maker, and ends when the maker's password is reset. "
        "Programs send it as `Authorization: Bearer omk_…`.",
        request=serializers.ApiKeyInputSerializer,
        responses={201: serializers.NewApiKeySerializer},
        examples=[
            OpenApiExample(
                "A reporting job",
                request_only=True,
                value={"name": "Nightly report", "permissions": ["analytics:view"]},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Make it."""
        asked = api_keys.ApiKeyInput(**self.parse(serializers.ApiKeyInputSerializer))
        made, text = api_keys.create_api_key(asked, now=timezone.now())
        return Response({**serializers.ApiKeySerializer(made).data, "key": text}, 201)


class ApiKeyView(ServiceView):
    """One of the own keys for programs."""

    access: ClassVar = {"DELETE": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(summary="End one of my API keys", responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        """End it."""
        api_keys.revoke_api_key(key_id=key_id, now=timezone.now())
        return Response(status=204)


class KeySetView(ServiceView):
    """The public keys."""

    access: ClassVar = {"GET": PUBLIC}
    authentication_classes = ()

    @extend_schema(
        operation_id="auth_keys_retrieve",
        tags=["auth"],
        summary="The keys that access tokens are verified with",
        responses={200: {"type": "object"}},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """A JWK set (RFC 7517)."""
        headers = {"Cache-Control": "public, max-age=60"}
        return Response({"keys": signing_keys.publish_keys()}, headers=headers)


class AuditView(ServiceView):
    """The organization's part of the audit ledger."""

    access: ClassVar = {"GET": "org:admin"}

    @extend_schema(
        summary="Who did what in my organization",
        responses=serializers.AuditEntrySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(
            queries.list_audit(), serializers.AuditEntrySerializer, ordering="-sequence"
        )
