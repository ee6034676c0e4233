"""HTTP to one operation and back."""

from __future__ import annotations

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.infrastructure.api import serializers
from apps.infrastructure.operations import check_backends
from omnify.api.views import ServiceView
from omnify.identity.permissions import STAFF


class OverviewView(ServiceView):
    """The back-ends."""

    access: ClassVar = {"GET": STAFF}

    @extend_schema(
        summary="How the back-ends are",
        description="Probes everything that is configured, now; for the platform's operators.",
        responses=serializers.OverviewSerializer,
    )
    def get(self, request: Request) -> Response:
        """Each back-end's status, and since when."""
        states = check_backends(now=timezone.now())
        return Response({"backends": serializers.BackendSerializer(states, many=True).data})
