"""Attribution over HTTP."""

from __future__ import annotations

from apps.analytics.attribution.messages import AttributionQuery, AttributionResult
from apps.analytics.attribution.operations import answer_attribution
from omnify.api.heavy import heavy_work
from omnify.api.routes import route
from omnify.api.views import ServiceView


class AttributionView(ServiceView):
    @route(
        "analytics:view",
        summary="Share conversions among channels",
        description="Journey credit, not incrementality. 422 `insufficient_data` with `missing`"
        " where no journey with a conversion ends in the days.",
        calls=4,
    )
    def get(self, query: AttributionQuery) -> AttributionResult:
        with heavy_work():
            return answer_attribution(query)
