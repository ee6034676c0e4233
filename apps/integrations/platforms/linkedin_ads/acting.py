"""Change campaigns and ads at LinkedIn, which calls ads creatives and has no groups of them.

From "Create and Manage Campaigns", "Create and Manage Creatives" and "Protocol versions" of the
Marketing API. Budgets are texts in the currency's units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote

import msgspec

from apps.integrations.platforms.actions import (
    ACTIVE,
    AD,
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
from apps.integrations.platforms.linkedin_ads.asking import write_list, write_query, write_urn
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.shapes import read_as, read_micros
from omnify.money import from_micros

_WORDS: Final = {"ACTIVE": ACTIVE, "PAUSED": PAUSED}
_GONE: Final = frozenset(("ARCHIVED", "CANCELED", "COMPLETED", "PENDING_DELETION", "REMOVED"))
_UPDATE: Final = {"X-RestLi-Method": "PARTIAL_UPDATE"}
_CREATIVE: Final = "sponsoredCreative"
_OF_GROUP: Final = Obstacle(
    code="budget_is_elsewhere",
    words="Its budget is that of its campaign group, which other campaigns share; set it there.",
)


class _Money(msgspec.Struct, rename="camel"):
    amount: str
    currency_code: str = ""


class _Campaign(msgspec.Struct, rename="camel"):
    status: str = ""
    daily_budget: _Money | None = None
    total_budget: _Money | None = None


class _Campaigns(msgspec.Struct):
    results: dict[str, _Campaign] = {}


class _Creative(msgspec.Struct, rename="camel"):
    intended_status: str = ""


class _Creatives(msgspec.Struct):
    elements: tuple[_Creative, ...] = ()


class LinkedInActor(Actor):
    """LinkedIn Ads."""

    #: Which currencies LinkedIn has is not in the pages that could be seen (?); it refuses others.
    units: ClassVar = MINOR_UNITS
    levels: ClassVar = (CAMPAIGN, AD)

    def find(self, api: Api, accounts: Sequence[Account], target: Target) -> Found | None:
        """Return how a target is, in the first account that has it."""
        if not target.id.isdigit():
            raise RequestRefusedError(f"'{target.id}' is no id of LinkedIn's here: give digits.")
        read = _read_ad if target.level == AD else _read_campaign
        found = (read(api, account, target) for account in accounts)
        return next((each for each in found if each is not None), None)

    def apply(self, api: Api, found: Found, change: Change) -> None:
        """Do it."""
        values: dict[str, Any]
        if change.action == SET_BUDGET:
            amount = f"{from_micros(change.budget_micros or 0):f}"
            money = {"amount": amount, "currencyCode": found.state.currency}
            values = {"dailyBudget": money}
        else:
            word = "ACTIVE" if STATUSES[change.action] == ACTIVE else "PAUSED"
            values = {_name_status(found.target): word}
        api.post(_find_path(found), {"patch": {"$set": values}}, headers=_UPDATE)


def _name_status(target: Target) -> str:
    return "intendedStatus" if target.level == AD else "status"


def _find_path(found: Found) -> str:
    within = f"/rest/adAccounts/{found.account.id}"
    if found.target.level == AD:
        return f"{within}/creatives/{quote(write_urn(_CREATIVE, found.target.id), safe='')}"
    return f"{within}/adCampaigns/{found.target.id}"


def _read_campaign(api: Api, account: Account, target: Target) -> Found | None:
    path = write_query(f"adAccounts/{account.id}/adCampaigns", {"ids": write_list([target.id])})
    campaign = read_as(_Campaigns, api.get(path)).results.get(target.id)
    if campaign is None:
        return None
    daily = campaign.daily_budget
    obstacle = None if daily else LIFETIME if campaign.total_budget else _OF_GROUP
    state = State(
        status=_WORDS.get(campaign.status, campaign.status.lower()),
        budget_micros=read_micros(daily.amount) if daily else None,
        currency=(daily.currency_code if daily else "") or account.currency,
    )
    obstacles = refuse_all(GONE) if campaign.status in _GONE else {}
    if obstacle is not None and not obstacles:
        obstacles = {SET_BUDGET: obstacle}
    return Found(account=account, target=target, state=state, obstacles=obstacles)


def _read_ad(api: Api, account: Account, target: Target) -> Found | None:
    parameters = {"q": "criteria", "creatives": write_list([write_urn(_CREATIVE, target.id)])}
    path = write_query(f"adAccounts/{account.id}/creatives", parameters)
    finder = {"X-RestLi-Method": "FINDER"}
    creative = next(iter(read_as(_Creatives, api.get(path, headers=finder)).elements), None)
    if creative is None:
        return None
    status = creative.intended_status
    return Found(
        account=account,
        target=target,
        state=State(status=_WORDS.get(status, status.lower()), currency=account.currency),
        obstacles=refuse_all(GONE) if status in _GONE else {SET_BUDGET: NO_BUDGET},
    )
