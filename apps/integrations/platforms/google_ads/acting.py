"""Change campaigns, ad groups and ads at Google.

From "Mutating resources", "Campaign budgets", "Video campaigns" and the reference of the services
``CampaignBudgetService``, ``CampaignService``, ``AdGroupService`` and ``AdGroupAdService``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import msgspec

from apps.integrations.platforms.actions import (
    ACTIVE,
    AD,
    AD_GROUP,
    CAMPAIGN,
    GONE,
    LIFETIME,
    MINOR_UNITS,
    NO_BUDGET,
    PAUSED,
    SET_BUDGET,
    STATUSES,
    Actor,
    Change,
    Found,
    Obstacle,
    State,
    Target,
    refuse_all,
)
from apps.integrations.platforms.google_ads.searching import search
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.rows import Account

_WORDS: Final = {"ENABLED": ACTIVE, "PAUSED": PAUSED}
_COMMON: Final = "customer.currency_code, campaign.id, campaign.advertising_channel_type"
_BUDGET: Final = (
    *("resource_name", "amount_micros", "period", "explicitly_shared", "reference_count"),
)
#: Per level what is asked, of which resource, and the field that names one of it.
_QUERIES: Final = {
    CAMPAIGN: (
        ", ".join((_COMMON, "campaign.status", *(f"campaign_budget.{name}" for name in _BUDGET))),
        "campaign",
        "campaign.id",
    ),
    AD_GROUP: (f"{_COMMON}, ad_group.status", "ad_group", "ad_group.id"),
    AD: (f"{_COMMON}, ad_group_ad.status", "ad_group_ad", "ad_group_ad.ad.id"),
}
_SERVICES: Final = {CAMPAIGN: "campaigns", AD_GROUP: "adGroups", AD: "adGroupAds"}
_VIDEO: Final = Obstacle(
    code="campaign_is_video",
    words="Google's API does not change video campaigns; change it in Google Ads.",
)
_SHARED: Final = Obstacle(
    code="budget_is_shared",
    words="Its budget is shared with other campaigns, which would change too.",
)
_OF_CAMPAIGN: Final = Obstacle(
    code="budget_is_elsewhere", words="Its budget is its campaign's; set the campaign's."
)


class _Customer(msgspec.Struct, rename="camel"):
    currency_code: str = ""


class _Campaign(msgspec.Struct, rename="camel"):
    status: str = ""
    advertising_channel_type: str = ""


class _Status(msgspec.Struct):
    status: str = ""


class _Budget(msgspec.Struct, rename="camel"):
    resource_name: str = ""
    amount_micros: str = ""
    period: str = ""
    explicitly_shared: bool = False
    reference_count: str = ""


class _Row(msgspec.Struct, rename="camel"):
    customer: _Customer
    campaign: _Campaign
    campaign_budget: _Budget = msgspec.field(default_factory=_Budget)
    ad_group: _Status = msgspec.field(default_factory=_Status)
    ad_group_ad: _Status = msgspec.field(default_factory=_Status)


class GoogleActor(Actor):
    """Google Ads."""

    #: Google counts in millionths, and refuses what is finer than the currency's minor unit.
    units: ClassVar = MINOR_UNITS

    def find(self, api: Api, accounts: Sequence[Account], target: Target) -> Found | None:
        """Return how a target is, in the first customer that has it."""
        query = _write_query(target)
        for account in accounts:
            row = next(iter(search(api, account, query, _Row)), None)
            if row is not None:
                return _to_found(row, account, target)
        return None

    def apply(self, api: Api, found: Found, change: Change) -> None:
        """Do it."""
        _mutate(api, found, change, only_checks=False)

    def validate(self, api: Api, found: Found, change: Change) -> None:
        """Let Google check the change without making it."""
        _mutate(api, found, change, only_checks=True)


def _write_query(target: Target) -> str:
    """Return the query for a target; an ad's id is unique in its group alone.

    Raises:
        RequestRefusedError: the id is none of Google's.
    """
    fields, resource, key = _QUERIES[target.level]
    group, _, own = target.id.rpartition("~")
    if not own.isdigit() or bool(group) != (target.level == AD) or (group and not group.isdigit()):
        form = "ad group's and the ad's, as 12~34" if target.level == AD else "digits"
        raise RequestRefusedError(f"'{target.id}' is no id of Google's here: give {form}.")
    within = ("AND", "ad_group.id", "=", group) if group else ()
    return " ".join(("SELECT", fields, "FROM", resource, "WHERE", key, "=", own, *within))


def _to_found(row: _Row, account: Account, target: Target) -> Found:
    statuses = {
        CAMPAIGN: row.campaign.status,
        AD_GROUP: row.ad_group.status,
        AD: row.ad_group_ad.status,
    }
    status = statuses[target.level]
    amount = row.campaign_budget.amount_micros
    holds = target.level == CAMPAIGN and row.campaign_budget.period != "CUSTOM_PERIOD"
    return Found(
        account=account,
        target=target,
        state=State(
            status=_WORDS.get(status, status.lower()),
            budget_micros=int(amount) if holds and amount.isdigit() else None,
            currency=row.customer.currency_code,
        ),
        obstacles=_find_obstacles(row, status, target),
        holder=row.campaign_budget.resource_name,
    )


def _find_obstacles(row: _Row, status: str, target: Target) -> dict[str, Obstacle]:
    if row.campaign.advertising_channel_type == "VIDEO":
        return refuse_all(_VIDEO)
    if status == "REMOVED":
        return refuse_all(GONE)
    obstacle = _find_budget_obstacle(row.campaign_budget, target)
    return {SET_BUDGET: obstacle} if obstacle else {}


def _find_budget_obstacle(budget: _Budget, target: Target) -> Obstacle | None:
    if target.level != CAMPAIGN:
        return _OF_CAMPAIGN
    if budget.explicitly_shared or budget.reference_count not in ("", "0", "1"):
        return _SHARED
    if budget.period == "CUSTOM_PERIOD":
        return LIFETIME
    return None if budget.resource_name else NO_BUDGET


def _mutate(api: Api, found: Found, change: Change, *, only_checks: bool) -> None:
    service, update, mask = _write_update(found, change)
    path = f"/{api.configuration.api_version}/customers/{found.account.id}/{service}:mutate"
    body = {
        "operations": [{"update": update, "updateMask": mask}],
        "validateOnly": only_checks,
    }
    manager = found.account.parent_id
    headers = {"login-customer-id": manager} if manager else None
    api.post(path, body, headers=headers, is_read=only_checks)


def _write_update(found: Found, change: Change) -> tuple[str, dict[str, Any], str]:
    """Return the service, the new values and which of them are new."""
    if change.action == SET_BUDGET:
        # Whole numbers of 64 bits are texts in Google's JSON.
        update = {"resourceName": found.holder, "amountMicros": str(change.budget_micros)}
        return "campaignBudgets", update, "amountMicros"
    service = _SERVICES[found.target.level]
    name = f"customers/{found.account.id}/{service}/{found.target.id}"
    word = "ENABLED" if STATUSES[change.action] == ACTIVE else "PAUSED"
    return service, {"resourceName": name, "status": word}, "status"
