"""Queries and measures over HTTP."""

from __future__ import annotations

from typing import ClassVar

from apps.analytics.metrics.measures import MEASURES
from apps.analytics.querying.messages import Measure, QueryInput, QueryResult
from apps.analytics.querying.queries.results import get_result
from omnify.api.heavy import LARGE_QUERY_DAYS, heavy_work
from omnify.api.pagination import Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class QueryView(ServiceView):
    keeps_answers: ClassVar = False

    @route("analytics:view", summary="Ask for measures over dimensions", calls=3)
    def post(self, query: QueryInput) -> QueryResult:
        days = (query.to_date - query.from_date).days
        with heavy_work(when=days > LARGE_QUERY_DAYS):
            return get_result(query)


class MeasureListView(ServiceView):
    @route(SIGNED_IN, summary="List the measures and their formulas")
    def get(self) -> Results[Measure]:
        return Results(results=tuple(as_message(Measure, each) for each in MEASURES.values()))
