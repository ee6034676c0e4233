"""What analytics' API reads, and what it shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.analytics.contract import MetricQuery
from apps.analytics.metrics.formats import PRECISIONS
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.periods import GRAINS
from apps.analytics.metrics.validation import DIMENSIONS, MAX_DAYS
from apps.analytics.models import SavedView
from omnify.api.fields import RowSerializer, TextField

_MEASURES_HELP = f"Of {', '.join(MEASURES)}."


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a filter that is not applied answers wrongly."""

    def to_internal_value(self, data: Any) -> Any:
        """As DRF's, but for unknown fields."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            known = ", ".join(self.fields)
            message = f"There is no such field; there are {known}."
            raise serializers.ValidationError({str(name)[:64]: [message] for name in unknown})
        return super().to_internal_value(data)


class FiltersSerializer(StrictSerializer):
    """What rows count."""

    channel = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        max_length=100,
        allow_empty=False,
        min_length=1,
    )


class QuerySerializer(StrictSerializer):
    """A query: measures over dimensions between two days, both included."""

    measures = serializers.ListField(
        child=TextField(max_length=64), max_length=20, help_text=_MEASURES_HELP
    )
    dimensions = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        max_length=2,
        default=list,
        help_text=f"Of {', '.join(DIMENSIONS)}.",
    )
    filters = FiltersSerializer(required=False, default=dict)
    to = serializers.DateField()
    grain = TextField(
        required=False, default="day", max_length=10, help_text=f"One of {', '.join(GRAINS)}."
    )
    precision = serializers.ChoiceField(
        PRECISIONS, required=False, default="minor", help_text="Minor units, or six places."
    )

    def get_fields(self) -> dict[str, Any]:
        """The fields, with ``from``, which is no name that Python lets a class have."""
        return {**super().get_fields(), "from": serializers.DateField()}


class StatsQuerySerializer(serializers.Serializer[Any]):
    """Which days: two of them, or the last ``days`` that have data."""

    to = serializers.DateField(required=False, default=None)
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=MAX_DAYS)

    def get_fields(self) -> dict[str, Any]:
        """The fields, with ``from``."""
        start = serializers.DateField(required=False, default=None)
        return {**super().get_fields(), "from": start}


class SavedViewSerializer(serializers.Serializer[Any]):
    """A query to keep."""

    name = TextField(max_length=100)
    query = QuerySerializer()


class SavedViewRowSerializer(RowSerializer[SavedView]):
    """A saved view."""

    class Meta:
        model = SavedView
        fields = ("id", "name", "query", "created_by", "created_at")


def to_metric_query(asked: dict[str, Any]) -> MetricQuery:
    """A validated body as the message that it means."""
    return MetricQuery(
        measures=tuple(asked["measures"]),
        dimensions=tuple(asked["dimensions"]),
        channels=tuple(asked["filters"].get("channel", ())),
        from_date=asked["from"],
        to_date=asked["to"],
        grain=asked["grain"],
    )
