"""What infrastructure's API shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.infrastructure.models import BackendState
from omnify.api.fields import RowSerializer, TextField


class BackendSerializer(RowSerializer[BackendState]):
    """A back-end: not_configured, ok, degraded or down, and since when."""

    name = TextField(source="backend")

    class Meta:
        model = BackendState
        fields = ("name", "status", "since", "latency_ms", "version", "detail", "checked_at")


class OverviewSerializer(serializers.Serializer[Any]):
    """All back-ends."""

    backends = BackendSerializer(many=True)
