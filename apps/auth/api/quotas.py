"""The plan's limits."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.quotas import Quotas
from omnify.api.routes import route
from omnify.api.views import ServiceView


class QuotasView(ServiceView):
    @route("org:view", summary="Show the plan's limits and their use")
    def get(self) -> Quotas:
        return queries.measure_quotas(now=self.now)
