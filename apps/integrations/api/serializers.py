"""What integrations' API reads, and what it shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.integrations.models import Connection, CsvImport
from omnify.api.fields import RowSerializer, TextField


class CsvUploadSerializer(serializers.Serializer[Any]):
    """A file and how to read it."""

    file = serializers.FileField(help_text="CSV in UTF-8, a row a day.")
    mapping = TextField(
        max_length=65_536, help_text="JSON: date, currency, revenue, channels, source."
    )


class PreviewFlagSerializer(serializers.Serializer[Any]):
    """Whether to look first."""

    preview = serializers.BooleanField(required=False, default=False)


class RowErrorSerializer(serializers.Serializer[Any]):
    """A problem in a file."""

    line = serializers.IntegerField()
    column = TextField()
    value = TextField()
    message = TextField()


class PreviewSerializer(serializers.Serializer[Any]):
    """The first rows of a file, and everything that is wrong with it."""

    row_count = serializers.IntegerField()
    rows = serializers.ListField(child=serializers.DictField())
    error_count = serializers.IntegerField()
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]
    currency = TextField()


class ImportResultSerializer(serializers.Serializer[Any]):
    """What an import brought."""

    import_id = serializers.UUIDField()
    rows = serializers.IntegerField()
    metrics = serializers.IntegerField()
    currency = TextField()
    unchanged = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Two names that Python keeps for itself, too."""
        return {
            **super().get_fields(),
            "from": serializers.DateField(),
            "to": serializers.DateField(),
        }


class ImportAcceptedSerializer(serializers.Serializer[Any]):
    """A file that a job takes."""

    job_id = serializers.UUIDField()
    rows = serializers.IntegerField()
    metrics = serializers.IntegerField()


class ImportSerializer(RowSerializer[CsvImport]):
    """An import that was taken."""

    class Meta:
        model = CsvImport
        fields = (
            "id",
            "connection_id",
            "file_name",
            "currency",
            "rows",
            "metrics",
            "first_date",
            "last_date",
            "created_at",
        )


class ConnectionSerializer(RowSerializer[Connection]):
    """A connection."""

    class Meta:
        model = Connection
        fields = (
            "id",
            "platform",
            "name",
            "status",
            "brand_id",
            "complete_levels",
            "changed_at",
            "created_at",
        )


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
