"""The platforms: what each offers, how it is connected, and whether this version can connect it."""

from __future__ import annotations

from typing import Final

from apps.integrations.contract import MEASURES
from apps.integrations.platforms.messages import Platform

_ADS: Final = ("spend", "impressions", "clicks", "conversions", "attributed_revenue")
_FILE: Final = tuple(measure.channel_field for measure in MEASURES if measure.channel_field)


#: Those that this version can connect.
_AVAILABLE: Final = frozenset({"csv"})


def _platform(name: str, title: str, category: str, connects_by: str, *offers: str) -> Platform:
    return Platform(
        id=name,
        name=title,
        category=category,
        connects_by=connects_by,
        offers=offers,
        is_available=name in _AVAILABLE,
    )


CATALOG: Final = (
    _platform("csv", "CSV file", "file", "upload", *_FILE),
    _platform("google_ads", "Google Ads", "ads", "oauth", *_ADS),
    _platform("gohighlevel", "GoHighLevel", "crm", "oauth", "contacts", "opportunities"),
    _platform("hubspot", "HubSpot", "crm", "oauth", "contacts", "deals", "companies"),
    _platform("klaviyo", "Klaviyo", "email", "oauth", "campaigns", "flows"),
    _platform("linkedin_ads", "LinkedIn Ads", "ads", "oauth", *_ADS),
    _platform("meta_ads", "Meta Ads", "ads", "oauth", *_ADS, "reach"),
    _platform("shopify", "Shopify", "shop", "oauth", "orders", "customers", "revenue"),
    _platform("stripe", "Stripe", "payments", "oauth", "charges", "refunds", "revenue"),
    _platform("tiktok_ads", "TikTok Ads", "ads", "oauth", *_ADS, "reach"),
    _platform("triplewhale", "Triple Whale", "attribution", "api_key", "summary", "journeys"),
    _platform("youtube_ads", "YouTube Ads", "ads", "oauth", *_ADS),
)
