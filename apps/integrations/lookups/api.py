"""Lookups over HTTP: what platforms say just now."""

from __future__ import annotations

from typing import Final

from apps.integrations.lookups.messages import CampaignsQuery, ListQuery, PeriodQuery
from apps.integrations.lookups.queries import look_up, of_account
from apps.integrations.platforms.hubspot import lookups as hubspot
from apps.integrations.platforms.klaviyo import lookups as klaviyo
from apps.integrations.platforms.lookups import LookedUp
from apps.integrations.platforms.triplewhale import lookups as triplewhale
from omnify.api.routes import route
from omnify.api.views import ServiceView

_SEE: Final = "integration:view"
_NOT_KEPT: Final = "Asked for at the platform, passed through, and kept nowhere."


class HubSpotContactsView(ServiceView):
    """HubSpot's contacts."""

    @route(_SEE, summary="List HubSpot's contacts", description=_NOT_KEPT)
    def get(self, query: ListQuery) -> LookedUp:
        return look_up("hubspot", hubspot.list_contacts, query, self.now.date())


class HubSpotCampaignsView(ServiceView):
    """HubSpot's campaigns."""

    @route(_SEE, summary="List HubSpot's campaigns", description=_NOT_KEPT)
    def get(self, query: ListQuery) -> LookedUp:
        return look_up("hubspot", hubspot.list_campaigns, query, self.now.date())


class HubSpotWorkflowsView(ServiceView):
    """HubSpot's workflows."""

    @route(_SEE, summary="List HubSpot's workflows", description=_NOT_KEPT)
    def get(self, query: ListQuery) -> LookedUp:
        return look_up("hubspot", hubspot.list_workflows, query, self.now.date())


class HubSpotAnalyticsView(ServiceView):
    """HubSpot's won deals."""

    @route(_SEE, summary="Sum HubSpot's won deals by source", description=_NOT_KEPT)
    def get(self, query: PeriodQuery) -> LookedUp:
        lookup = of_account("hubspot", hubspot.sum_deals)
        return look_up("hubspot", lookup, query, self.now.date())


class KlaviyoCampaignsView(ServiceView):
    """Klaviyo's campaigns."""

    @route(_SEE, summary="List Klaviyo's campaigns of a channel", description=_NOT_KEPT)
    def get(self, query: CampaignsQuery) -> LookedUp:
        return look_up("klaviyo", klaviyo.list_campaigns, query, self.now.date())


class KlaviyoFlowsView(ServiceView):
    """Klaviyo's flows."""

    @route(_SEE, summary="List Klaviyo's flows", description=_NOT_KEPT)
    def get(self, query: ListQuery) -> LookedUp:
        return look_up("klaviyo", klaviyo.list_flows, query, self.now.date())


class KlaviyoAnalyticsView(ServiceView):
    """What Klaviyo's campaigns and flows brought."""

    @route(
        _SEE,
        summary="Sum what Klaviyo's campaigns and flows brought",
        description=f"{_NOT_KEPT} It spends two of the 225 reports that an account has a day.",
    )
    def get(self, query: PeriodQuery) -> LookedUp:
        lookup = of_account("klaviyo", klaviyo.sum_reports)
        return look_up("klaviyo", lookup, query, self.now.date())


class TripleWhaleAttributionView(ServiceView):
    """Orders by what Triple Whale attributes them to."""

    @route(_SEE, summary="Sum Triple Whale's orders by last click", description=_NOT_KEPT)
    def get(self, query: PeriodQuery) -> LookedUp:
        return look_up("triplewhale", triplewhale.sum_attribution, query, self.now.date())


class TripleWhaleRevenueView(ServiceView):
    """Triple Whale's tiles of revenue."""

    @route(_SEE, summary="Tell Triple Whale's revenue", description=_NOT_KEPT)
    def get(self, query: PeriodQuery) -> LookedUp:
        return look_up("triplewhale", triplewhale.tell_revenue, query, self.now.date())


class TripleWhaleRoasView(ServiceView):
    """Triple Whale's return on advertising."""

    @route(_SEE, summary="Tell Triple Whale's return on ad spend", description=_NOT_KEPT)
    def get(self, query: PeriodQuery) -> LookedUp:
        return look_up("triplewhale", triplewhale.tell_roas, query, self.now.date())


class TripleWhaleCreativesView(ServiceView):
    """Triple Whale's ads."""

    @route(_SEE, summary="Tell how Triple Whale's ads did", description=_NOT_KEPT)
    def get(self, query: PeriodQuery) -> LookedUp:
        return look_up("triplewhale", triplewhale.tell_creatives, query, self.now.date())
