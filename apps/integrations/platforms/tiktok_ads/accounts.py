"""Which advertisers a person gave to the app."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import UTC, Account
from apps.integrations.platforms.tiktok_ads.asking import ask

#: The most advertisers that are described at once.
_MOST = 100
_FIELDS = ("advertiser_id", "name", "currency", "timezone", "display_timezone", "status")


class _Granted(msgspec.Struct):
    advertiser_id: str


class _GrantedList(msgspec.Struct):
    list: tuple[_Granted, ...] = ()


class _Advertiser(msgspec.Struct):
    advertiser_id: str
    name: str = ""
    currency: str = ""
    timezone: str = ""
    display_timezone: str = ""
    status: str = ""


class _AdvertiserList(msgspec.Struct):
    list: tuple[_Advertiser, ...] = ()


def list_accounts(api: Api) -> Iterator[Account]:
    """Yield the advertisers that were given, by id."""
    own = {"app_id": api.configuration.client_id, "secret": api.configuration.client_secret}
    granted = ask(api, "oauth2/advertiser/get", own, _GrantedList)
    ids = sorted(each.advertiser_id for each in granted.list)
    for at in range(0, len(ids), _MOST):
        wanted = {"advertiser_ids": ids[at : at + _MOST], "fields": _FIELDS}
        for each in ask(api, "advertiser/info", wanted, _AdvertiserList).list:
            yield Account(
                id=each.advertiser_id,
                name=each.name or each.advertiser_id,
                currency=each.currency,
                timezone=each.display_timezone or each.timezone or UTC,
                is_active=each.status == "STATUS_ENABLE",
            )


def read_currency(api: Api, advertiser: str) -> str:
    """Return an advertiser's currency as it is now; empty where TikTok tells none."""
    wanted = {"advertiser_ids": [advertiser], "fields": ("advertiser_id", "currency")}
    found = ask(api, "advertiser/info", wanted, _AdvertiserList).list
    return next((each.currency for each in found), "")
