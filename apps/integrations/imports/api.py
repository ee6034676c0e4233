"""Imports over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.integrations.imports import queries
from apps.integrations.imports.files import MAX_FILE_BYTES, ParsedCsv, parse_mapping, read_csv
from apps.integrations.imports.messages import ImportAccepted, ImportResult
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.operations import import_csv
from omnify.api.fields import RowSerializer, TextField
from omnify.api.views import ServiceView
from omnify.jobs.api import job_view
from omnify.money import format_micros

_PREVIEWED_ROWS = 20


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


class CsvImportView(ServiceView):
    """Takes files of dated numbers."""

    access: ClassVar = {"POST": "integration:connect"}
    keeps_answers: ClassVar = False
    parser_classes = (MultiPartParser,)
    max_body_bytes = MAX_FILE_BYTES

    @extend_schema(
        summary="Import a CSV file",
        description=(
            "All of the file or nothing of it. The same file again changes nothing and answers"
            " 200; a corrected file of the same source replaces the days it names. A file of more"
            " than 100,000 metrics answers 202 with the id of the job that takes it."
        ),
        parameters=[OpenApiParameter("preview", bool, description="Look first, write nothing.")],
        request={"multipart/form-data": CsvUploadSerializer},
        responses={
            201: ImportResultSerializer,
            202: ImportAcceptedSerializer,
            200: PreviewSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Preview or import a file."""
        asked = self.parse(CsvUploadSerializer)
        is_preview = self.parse_query(PreviewFlagSerializer)["preview"]
        mapping = parse_mapping(asked["mapping"])
        if is_preview:
            return Response(_preview(read_csv(asked["file"].file, mapping)))
        result = import_csv(
            asked["file"].file, file_name=asked["file"].name, mapping=mapping, now=timezone.now()
        )
        if isinstance(result, ImportAccepted):
            where = f"/api/integrations/jobs/{result.job_id}"
            return Response(msgspec.to_builtins(result), status=202, headers={"Location": where})
        return Response(_imported(result), status=200 if result.unchanged else 201)


ImportJobView = job_view("integrations", see="integration:view", cancel="integration:connect")


class ImportListView(ServiceView):
    """Imports that were taken."""

    access: ClassVar = {"GET": "integration:view"}

    @extend_schema(summary="List imports", responses=ImportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(queries.list_imports(), ImportSerializer)


def _imported(result: ImportResult) -> dict[str, Any]:
    return {
        "import_id": str(result.import_id),
        "rows": result.rows,
        "metrics": result.metrics,
        "from": result.first_date.isoformat(),
        "to": result.last_date.isoformat(),
        "currency": result.currency,
        "unchanged": result.unchanged,
    }


def _preview(parsed: ParsedCsv) -> dict[str, Any]:
    return {
        "row_count": parsed.row_count,
        "rows": [
            {
                "line": row.line,
                "date": row.day.isoformat(),
                "revenue": _decimal(row.revenue_micros),
                "channels": {
                    name: {measure: _decimal(micros) for measure, micros in values.items()}
                    for name, values in row.channels
                },
            }
            for row in parsed.rows[:_PREVIEWED_ROWS]
        ],
        "error_count": parsed.error_count,
        "errors": msgspec.to_builtins(parsed.errors),
        "currency": parsed.currency,
    }


def _decimal(micros: int | None) -> str | None:
    return None if micros is None else format_micros(micros)


urlpatterns = [
    path("api/integrations/csv/import", CsvImportView.as_view()),
    path("api/integrations/imports", ImportListView.as_view()),
    path("api/integrations/jobs/<uuid:job_id>", ImportJobView.as_view()),
]
