"""Legal documents and consents."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import legal as serializers
from apps.auth.api.serializers.accounts import TokensSerializer
from apps.auth.legal import Document, list_documents
from apps.auth.operations import legal, tokens
from omnify.api.views import ServiceView
from omnify.context import current_user_id
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class DocumentView(ServiceView):
    """A legal document."""

    access: ClassVar = {"GET": PUBLIC}
    authentication_classes = ()

    @extend_schema(summary="A legal document", responses=serializers.DocumentSerializer, auth=[])
    def get(self, request: Request, document_type: str) -> Response:
        """The version in force."""
        document = queries.get_document(document_type=document_type, now=timezone.now())
        return Response(serializers.DocumentSerializer(document).data)


class VersionListView(ServiceView):
    """All versions of all documents."""

    access: ClassVar = {"GET": PUBLIC}
    authentication_classes = ()

    @extend_schema(
        operation_id="legal_versions_list",
        summary="All versions of legal documents",
        responses=serializers.DocumentListSerializer,
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """The newest of each type first."""
        return Response(_listed(list_documents()))


class OutstandingView(ServiceView):
    """What is still to be accepted."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        operation_id="legal_outstanding_list",
        summary="Documents that I have yet to accept",
        responses=serializers.DocumentListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Until this is empty, writes are refused."""
        rows = queries.list_outstanding(user_id=current_user_id(), now=timezone.now())
        return Response(_listed(rows))


class AcceptView(ServiceView):
    """Accepting a document."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Accept a legal document",
        description="The answer's access token says what is outstanding now.",
        request=serializers.AcceptanceSerializer,
        responses=TokensSerializer,
        examples=[
            OpenApiExample(
                "The terms",
                request_only=True,
                value={"document_type": "terms", "version": "1"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Append the consent and issue fresh tokens."""
        now = timezone.now()
        session = queries.get_current_session(now=now)
        asked = legal.Acceptance(**self.parse(serializers.AcceptanceSerializer))
        legal.accept_documents([asked], user_id=session.user_id, witness=_witness(request), now=now)
        return Response(msgspec.to_builtins(tokens.issue_tokens(session, now=now)))


class WithdrawView(ServiceView):
    """Taking a consent back."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Withdraw a consent",
        request=serializers.WithdrawalSerializer,
        responses={201: serializers.ConsentSerializer},
    )
    def post(self, request: Request) -> Response:
        """Append the withdrawal."""
        now = timezone.now()
        row = legal.withdraw_consent(
            **self.parse(serializers.WithdrawalSerializer),
            user_id=queries.get_current_session(now=now).user_id,
            witness=_witness(request),
            now=now,
        )
        return Response(serializers.ConsentSerializer(row).data, 201)


class AcceptanceListView(ServiceView):
    """The own consents."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        summary="All that I accepted or withdrew",
        responses=serializers.ConsentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        rows = queries.list_consents(user_id=current_user_id())
        return self.paginated(rows, serializers.ConsentSerializer)


def _listed(documents: Any) -> dict[str, Any]:
    rows: tuple[Document, ...] = tuple(documents)
    shown = serializers.DocumentVersionSerializer(rows, many=True).data
    return {"results": shown, "next": None}


def _witness(request: Request) -> legal.Witness:
    device = Device.of_request(request.META)
    return legal.Witness(address=device.address, user_agent=device.user_agent)
