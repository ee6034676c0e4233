"""Exchange rates over HTTP."""

from __future__ import annotations

from uuid import UUID

from apps.integrations.rates import operations, queries
from apps.integrations.rates.messages import Rate, RateInput, RatesFilter
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class RateListView(ServiceView):
    @route(
        "integration:view",
        summary="List exchange rates",
        description="Your own that count, or with `shared` those that all organizations share. Of"
        " one day and pair your own wins, the newest of several.",
    )
    def get(self, query: RatesFilter) -> Page[Rate]:
        return self.page(queries.list_rates(query), Rate)

    @route(
        "integration:connect",
        summary="Add an exchange rate",
        description="1 `base` = `rate` `currency` on that day, and on up to seven days after it"
        " that have no rate. One that was added before for the day and pair is replaced. All"
        " amounts of these days are converted anew.",
        status=201,
    )
    def post(self, given: RateInput) -> Rate:
        return as_message(Rate, operations.add_rate(given, now=self.now))


class RateView(ServiceView):
    @route("integration:connect", summary="Delete an exchange rate of your own")
    def delete(self, rate_id: UUID) -> None:
        operations.delete_rate(rate_id)
