"""The dashboard's numbers over HTTP."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.analytics.metrics.bodies import format_values, unconverted_body
from apps.analytics.metrics.validation import MAX_DAYS
from apps.analytics.overview.queries import DashboardStats, get_dashboard
from apps.analytics.querying.api import OBJECT
from omnify.api.views import ServiceView


class StatsQuerySerializer(serializers.Serializer[Any]):
    """Which days: two of them, or the last ``days`` that have data."""

    to = serializers.DateField(required=False, default=None)
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=MAX_DAYS)

    def get_fields(self) -> dict[str, Any]:
        """The fields, with ``from``."""
        start = serializers.DateField(required=False, default=None)
        return {**super().get_fields(), "from": start}


class DashboardStatsView(ServiceView):
    """The executive dashboard's numbers."""

    access: ClassVar = {"GET": "analytics:view"}

    @extend_schema(
        summary="The dashboard's numbers",
        parameters=[
            OpenApiParameter("from", date, description="First day, as 2019-01-01."),
            OpenApiParameter("to", date, description="Last day."),
            OpenApiParameter(
                "days",
                {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
                description="Without days: the last so many with data.",
            ),
        ],
        responses=OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Totals, channels, the course of time, and the same before."""
        asked = self.parse_query(StatsQuerySerializer)
        stats = get_dashboard(first=asked["from"], last=asked["to"], days=asked["days"])
        return Response(stats_body(stats))


def stats_body(stats: DashboardStats) -> dict[str, Any]:
    """The dashboard's numbers; amounts and ratios as decimal strings."""
    currency = stats.currency
    previous = stats.previous
    return {
        "currency": currency,
        "from": stats.first.isoformat(),
        "to": stats.last.isoformat(),
        "totals": format_values(stats.totals, currency),
        "channels": [
            {
                "name": channel.name,
                **format_values(channel.values, currency),
                "spend_share": _share(channel.spend_share),
            }
            for channel in stats.channels
        ],
        "grain": stats.grain,
        "series": [
            {"period": period.isoformat(), **format_values(values, currency)}
            for period, values in stats.series
        ],
        "previous": previous
        and {
            "from": previous.first.isoformat(),
            "to": previous.last.isoformat(),
            "totals": format_values(previous.totals, currency),
        },
        "unconverted": unconverted_body(stats.unconverted),
        "as_of": stats.as_of and stats.as_of.isoformat(),
    }


def _share(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.4f}"
