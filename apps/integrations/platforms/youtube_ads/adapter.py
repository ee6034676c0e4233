"""YouTube Ads as an adapter: Google Ads' own, for its campaigns that run on YouTube."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from apps.integrations.platforms.google_ads.adapter import SPEC, GoogleAdapter
from apps.integrations.platforms.google_ads.reports import Reports
from apps.integrations.platforms.specs import Role, StreamSpec


class YouTubeAdapter(GoogleAdapter):
    """YouTube Ads; a part of Google Ads, so it is never added to it."""

    spec = msgspec.structs.replace(
        SPEC,
        id="youtube_ads",
        name="YouTube Ads",
        role=Role.AGGREGATOR,
        # Google has no sums of some campaigns, so there is no level of accounts.
        streams=tuple(StreamSpec(name="metrics", level=level) for level in ("campaign", "ad")),
        quota_of=SPEC.id,
    )
    reports: ClassVar = Reports(("VIDEO", "DEMAND_GEN"))
