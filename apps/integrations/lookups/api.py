"""Lookups over HTTP: what platforms say just now."""
# Annotations are evaluated here: the query of a view is an argument of what makes it.

from typing import Final, NamedTuple

from apps.integrations.lookups.messages import CampaignsQuery, ListQuery, PeriodQuery
from apps.integrations.lookups.queries import look_up, of_account
from apps.integrations.platforms.hubspot import lookups as hubspot
from apps.integrations.platforms.klaviyo import lookups as klaviyo
from apps.integrations.platforms.lookups import LookedUp, Lookup
from apps.integrations.platforms.triplewhale import lookups as triplewhale
from omnify.api.routes import route
from omnify.api.views import ServiceView

_NOT_KEPT: Final = "Asked for at the platform, passed through, and kept nowhere."
_COSTS: Final = f"{_NOT_KEPT} It spends two of the 225 reports that an account has a day."


class Offer(NamedTuple):
    """What is asked of a platform, by which query, and what the document says of it."""

    lookup: Lookup
    query: type[ListQuery | PeriodQuery]
    summary: str
    description: str = _NOT_KEPT


#: By the address below the service's own, whose first part is the platform.
OFFERS: Final = {
    "hubspot/contacts": Offer(hubspot.list_contacts, ListQuery, "List HubSpot's contacts"),
    "hubspot/campaigns": Offer(hubspot.list_campaigns, ListQuery, "List HubSpot's campaigns"),
    "hubspot/workflows": Offer(hubspot.list_workflows, ListQuery, "List HubSpot's workflows"),
    "hubspot/analytics": Offer(
        of_account("hubspot", hubspot.sum_deals), PeriodQuery, "Sum HubSpot's won deals by source"
    ),
    "klaviyo/campaigns": Offer(
        klaviyo.list_campaigns, CampaignsQuery, "List Klaviyo's campaigns of a channel"
    ),
    "klaviyo/flows": Offer(klaviyo.list_flows, ListQuery, "List Klaviyo's flows"),
    "klaviyo/analytics": Offer(
        of_account("klaviyo", klaviyo.sum_reports),
        PeriodQuery,
        "Sum what Klaviyo's campaigns and flows brought",
        _COSTS,
    ),
    "triplewhale/attribution": Offer(
        triplewhale.sum_attribution, PeriodQuery, "Sum Triple Whale's orders by last click"
    ),
    "triplewhale/revenue": Offer(
        triplewhale.tell_revenue, PeriodQuery, "Tell Triple Whale's revenue"
    ),
    "triplewhale/roas": Offer(
        triplewhale.tell_roas, PeriodQuery, "Tell Triple Whale's return on ad spend"
    ),
    "triplewhale/creatives/performance": Offer(
        triplewhale.tell_creatives, PeriodQuery, "Tell how Triple Whale's ads did"
    ),
}


def lookup_view(address: str) -> type[ServiceView]:
    """Return the view of one of the offers."""
    platform, offer = address.partition("/")[0], OFFERS[address]
    query_type = offer.query

    class LookupView(ServiceView):
        """What a platform says just now."""

        @route("integration:view", summary=offer.summary, description=offer.description)
        def get(self, query: query_type) -> LookedUp:  # type: ignore[valid-type]
            return look_up(platform, offer.lookup, query, self.now.date())

    return LookupView
