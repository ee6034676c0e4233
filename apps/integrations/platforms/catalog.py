"""The platforms: what each offers, how it is connected, and whether this version can connect it."""

from __future__ import annotations

import msgspec

from apps.integrations.contract import MEASURES


class Platform(msgspec.Struct, frozen=True):
    """A platform; ``is_available`` says whether this version of Omnify can connect it."""

    id: str
    name: str
    category: str
    connects_by: str
    offers: tuple[str, ...]
    is_available: bool = False


_ADS = ("spend", "impressions", "clicks", "conversions", "attributed_revenue")

CATALOG = (
    Platform(
        "csv",
        "CSV file",
        "file",
        "upload",
        tuple(measure.channel_field for measure in MEASURES if measure.channel_field),
        is_available=True,
    ),
    Platform("google_ads", "Google Ads", "ads", "oauth", _ADS),
    Platform("gohighlevel", "GoHighLevel", "crm", "oauth", ("contacts", "opportunities")),
    Platform("hubspot", "HubSpot", "crm", "oauth", ("contacts", "deals", "companies")),
    Platform("klaviyo", "Klaviyo", "email", "oauth", ("campaigns", "flows")),
    Platform("linkedin_ads", "LinkedIn Ads", "ads", "oauth", _ADS),
    Platform("meta_ads", "Meta Ads", "ads", "oauth", (*_ADS, "reach")),
    Platform("shopify", "Shopify", "shop", "oauth", ("orders", "customers", "revenue")),
    Platform("stripe", "Stripe", "payments", "oauth", ("charges", "refunds", "revenue")),
    Platform("tiktok_ads", "TikTok Ads", "ads", "oauth", (*_ADS, "reach")),
    Platform("triplewhale", "Triple Whale", "attribution", "api_key", ("summary", "journeys")),
    Platform("youtube_ads", "YouTube Ads", "ads", "oauth", _ADS),
)
