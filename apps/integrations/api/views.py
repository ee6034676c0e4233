"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.integrations import operations, queries
from apps.integrations.api import serializers
from apps.integrations.imports import MAX_FILE_BYTES, ParsedCsv, parse_mapping, read_csv
from apps.integrations.platforms import CATALOG
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.jobs.api import job_view

_PREVIEWED_ROWS = 20
_MICROS = 1_000_000


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
        request={"multipart/form-data": serializers.CsvUploadSerializer},
        responses={
            201: serializers.ImportResultSerializer,
            202: serializers.ImportAcceptedSerializer,
            200: serializers.PreviewSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Preview or import a file."""
        asked = self.parse(serializers.CsvUploadSerializer)
        is_preview = self.parse_query(serializers.PreviewFlagSerializer)["preview"]
        mapping = parse_mapping(asked["mapping"])
        if is_preview:
            return Response(_preview(read_csv(asked["file"].file, mapping)))
        result = operations.import_csv(
            asked["file"].file, file_name=asked["file"].name, mapping=mapping, now=timezone.now()
        )
        if isinstance(result, operations.ImportAccepted):
            where = f"/api/integrations/jobs/{result.job_id}"
            return Response(msgspec.to_builtins(result), status=202, headers={"Location": where})
        return Response(_imported(result), status=200 if result.unchanged else 201)


ImportJobView = job_view("integrations", see="integration:view", cancel="integration:connect")


class ImportListView(ServiceView):
    """Imports that were taken."""

    access: ClassVar = {"GET": "integration:view"}

    @extend_schema(summary="List imports", responses=serializers.ImportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(queries.list_imports(), serializers.ImportSerializer)


class ConnectionListView(ServiceView):
    """Connections."""

    access: ClassVar = {"GET": "integration:view"}

    @extend_schema(
        summary="List connections", responses=serializers.ConnectionSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(queries.list_connections(), serializers.ConnectionSerializer)


class ConnectionView(ServiceView):
    """One connection."""

    access: ClassVar = {"GET": "integration:view", "DELETE": "integration:disconnect"}
    grants_on = ("integration", "connection_id")

    @extend_schema(summary="Get a connection", responses=serializers.ConnectionSerializer)
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The connection."""
        row = queries.get_connection(connection_id)
        return Response(serializers.ConnectionSerializer(row).data)

    @extend_schema(summary="Remove a connection and its metrics", responses={204: None})
    def delete(self, request: Request, connection_id: UUID) -> Response:
        """Remove it."""
        operations.remove_connection(connection_id)
        return Response(status=204)


class CatalogView(ServiceView):
    """The platforms."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        summary="List the platforms that Omnify knows",
        operation_id="integrations_catalog_list",
        responses=serializers.PlatformListSerializer,
    )
    def get(self, request: Request) -> Response:
        """By name."""
        return Response({"results": msgspec.to_builtins(CATALOG), "next": None})


def _imported(result: operations.ImportResult) -> dict[str, Any]:
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
    if micros is None:
        return None
    sign, absolute = ("-" if micros < 0 else ""), abs(micros)
    return f"{sign}{absolute // _MICROS}.{absolute % _MICROS:06d}"
