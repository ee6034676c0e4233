"""The catalog of platforms over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.integrations.platforms.catalog import CATALOG
from omnify.api.fields import TextField
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class PlatformSerializer(serializers.Serializer[Any]):
    """A platform of the catalog."""

    id = TextField()
    name = TextField()
    category = TextField()
    connects_by = TextField()
    offers = serializers.ListField(child=TextField())
    is_available = serializers.BooleanField(help_text="Whether this version can connect it.")


class PlatformListSerializer(serializers.Serializer[Any]):
    """The whole catalog."""

    results = PlatformSerializer(many=True)
    next = TextField(allow_null=True)


class CatalogView(ServiceView):
    """The platforms."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        summary="List the platforms that Omnify knows",
        operation_id="integrations_catalog_list",
        responses=PlatformListSerializer,
    )
    def get(self, request: Request) -> Response:
        """By name."""
        return Response({"results": msgspec.to_builtins(CATALOG), "next": None})


urlpatterns = [path("api/integrations/catalog", CatalogView.as_view())]
