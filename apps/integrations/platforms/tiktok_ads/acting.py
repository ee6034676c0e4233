"""Change campaigns, ad groups and ads at TikTok.

From "Get campaigns", "Update a campaign", "Update the budgets of ad groups" and the references of
``…/status/update/`` of the API for Business. Budgets are numbers in the currency's units.
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
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.shapes import read_micros
from apps.integrations.platforms.tiktok_ads.accounts import read_currency
from apps.integrations.platforms.tiktok_ads.asking import ask
from omnify.money import from_micros

_NAMES: Final = {CAMPAIGN: "campaign", AD_GROUP: "adgroup", AD: "ad"}
_WORDS: Final = {"ENABLE": ACTIVE, "DISABLE": PAUSED}
#: Modes of a budget of a day; the second is a day's on the average of a week.
_DAILY: Final = frozenset(("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"))
_TOTAL: Final = "BUDGET_MODE_TOTAL"
#: ``campaign_automation_type`` of campaigns that are no Smart+; empty in answers without it.
_MANUAL: Final = frozenset(("", "MANUAL"))
_SMART: Final = Obstacle(
    code="campaign_is_automated",
    words="It is of a Smart+ campaign that TikTok's automation runs; change it at TikTok.",
)
_OF_CAMPAIGN: Final = Obstacle(
    code="budget_is_elsewhere", words="Its budget is its campaign's; set the campaign's."
)
_OF_GROUPS: Final = Obstacle(
    code="budget_is_elsewhere",
    words="Its budgets are those of its ad groups; set theirs, at the level ad_group.",
)


class _Thing(msgspec.Struct):
    campaign_id: str = ""
    operation_status: str = ""
    budget: float | None = None
    budget_mode: str = ""
    is_smart_performance_campaign: bool = False
    campaign_automation_type: str = ""

    @property
    def is_smart(self) -> bool:
        return self.is_smart_performance_campaign or self.campaign_automation_type not in _MANUAL


class _List(msgspec.Struct):
    list: tuple[_Thing, ...] = ()


class TikTokActor(Actor):
    """TikTok Ads."""

    #: Which currencies TikTok has is not in the pages that could be seen (?); it refuses others.
    units: ClassVar = MINOR_UNITS

    def find(self, api: Api, accounts: Sequence[Account], target: Target) -> Found | None:
        """Return how a target is, in the first advertiser that has it."""
        for account in accounts:
            thing = _read(api, account, target)
            if thing is not None:
                return _to_found(api, account, target, thing)
        return None

    def apply(self, api: Api, found: Found, change: Change) -> None:
        """Do it."""
        name, own = _NAMES[found.target.level], found.target.id
        body: dict[str, Any] = {"advertiser_id": found.account.id}
        if change.action != SET_BUDGET:
            path = f"{name}/status/update"
            word = "ENABLE" if STATUSES[change.action] == ACTIVE else "DISABLE"
            body |= {f"{name}_ids": [own], "operation_status": word}
        else:
            # The shortest number of a double is the amount: it has 15 digits at most.
            amount = float(from_micros(change.budget_micros or 0))
            path, more = _write_budget(found.target, amount)
            body |= more
        api.post(f"/open_api/{api.configuration.api_version}/{path}/", body)


def _write_budget(target: Target, amount: float) -> tuple[str, dict[str, Any]]:
    if target.level == CAMPAIGN:
        return "campaign/update", {"campaign_id": target.id, "budget": amount}
    return "adgroup/budget/update", {"budget": [{"adgroup_id": target.id, "budget": amount}]}


def _read(api: Api, account: Account, target: Target) -> _Thing | None:
    name = _NAMES[target.level]
    wanted = {"advertiser_id": account.id, "filtering": {f"{name}_ids": [target.id]}}
    return next(iter(ask(api, f"{name}/get", wanted, _List).list), None)


def _to_found(api: Api, account: Account, target: Target, thing: _Thing) -> Found:
    campaign: _Thing | None = thing
    if target.level != CAMPAIGN:
        campaign = _read(api, account, Target(level=CAMPAIGN, id=thing.campaign_id))
    is_daily = thing.budget_mode in _DAILY and thing.budget is not None and target.level != AD
    return Found(
        account=account,
        target=target,
        state=State(
            status=_WORDS.get(thing.operation_status, thing.operation_status.lower()),
            budget_micros=read_micros(thing.budget or 0) if is_daily else None,
            currency=read_currency(api, account.id),
        ),
        obstacles=_find_obstacles(thing, campaign, target),
    )


def _find_obstacles(thing: _Thing, campaign: _Thing | None, target: Target) -> dict[str, Obstacle]:
    if thing.operation_status not in _WORDS:
        return refuse_all(GONE)
    if thing.is_smart or (campaign is not None and campaign.is_smart):
        return refuse_all(_SMART)
    if target.level == AD:
        return {SET_BUDGET: NO_BUDGET}
    if thing.budget_mode in _DAILY:
        return {}
    elsewhere = _OF_GROUPS if target.level == CAMPAIGN else _OF_CAMPAIGN
    return {SET_BUDGET: LIFETIME if thing.budget_mode == _TOTAL else elsewhere}
