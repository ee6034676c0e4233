"""Change campaigns, ad sets and ads at Meta.

From "Ad Campaign Group", "Ad Campaign", "Ad", "Currency Codes" and "Advantage campaign budget" of
the Marketing API: budgets are whole numbers of the currency's smallest unit, which is a hundredth,
or for some currencies the currency itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from apps.integrations.platforms.actions import (
    ACTIVE,
    AD,
    AD_GROUP,
    CAMPAIGN,
    GONE,
    LIFETIME,
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
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

_WHOLE: Final = ("CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND")
_HUNDREDTHS: Final = (
    *("AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BOB", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK"),
    *("DZD", "EGP", "EUR", "GBP", "GTQ", "HKD", "HNL", "HRK", "ILS", "INR", "JOD", "KES", "MOP"),
    *("MXN", "MYR", "NGN", "NIO", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD"),
    *("RUB", "SAR", "SEK", "SGD", "THB", "TRY", "UAH", "USD", "UYU", "VEF", "VES", "ZAR"),
)
_WORDS: Final = {"ACTIVE": ACTIVE, "PAUSED": PAUSED}
_GONE: Final = frozenset(("DELETED", "ARCHIVED"))
_BUDGET: Final = "daily_budget,lifetime_budget"
_SMART: Final = "smart_promotion_type"
#: What is asked of each level, by the vendor's fields; a campaign's own are asked with all.
_FIELDS: Final = {
    CAMPAIGN: f"account_id,status,{_BUDGET},{_SMART}",
    AD_GROUP: f"account_id,status,{_BUDGET},campaign{{{_BUDGET},{_SMART}}}",
    AD: f"account_id,status,campaign{{{_SMART}}}",
}
#: Campaigns that Meta's own automation runs, whose parts are not changed one by one (?).
_AUTOMATED: Final = frozenset(("AUTOMATED_SHOPPING_ADS", "SMART_APP_PROMOTION"))
_BY_META: Final = Obstacle(
    code="campaign_is_automated",
    words="It is of an Advantage+ campaign that Meta's automation runs; change it at Meta.",
)
_OF_CAMPAIGN: Final = Obstacle(
    code="budget_is_elsewhere",
    words="Its budget is its campaign's (Advantage+ campaign budget); set the campaign's.",
)
_OF_AD_SETS: Final = Obstacle(
    code="budget_is_elsewhere",
    words="Its budgets are those of its ad sets; set theirs, at the level ad_group.",
)


class _Campaign(Message):
    daily_budget: int | None = None
    lifetime_budget: int | None = None
    smart_promotion_type: str = ""


class _Thing(_Campaign):
    account_id: str = ""
    status: str = ""
    campaign: _Campaign | None = None


class _AdAccount(Message):
    currency: str


class MetaActor(Actor):
    """Meta Ads."""

    units: ClassVar = dict.fromkeys(_WHOLE, 1_000_000) | dict.fromkeys(_HUNDREDTHS, 10_000)

    def find(self, api: Api, accounts: Sequence[Account], target: Target) -> Found | None:
        """Return how a target is, if it is of one of the accounts; ids are unique at Meta."""
        version = api.configuration.api_version
        answer = api.get(f"/{version}/{target.id}", {"fields": _FIELDS[target.level]})
        thing = _read(answer)
        account = next((each for each in accounts if each.id == thing.account_id), None)
        if account is None:
            return None
        own = api.get(f"/{version}/act_{account.id}", {"fields": "currency"})
        currency = read_as(_AdAccount, own).currency
        unit = self.units.get(currency)
        held = None if target.level == AD else thing.daily_budget
        state = State(
            status=_WORDS.get(thing.status, thing.status.lower()),
            budget_micros=held * unit if held and unit else None,
            currency=currency,
        )
        return Found(
            account=account, target=target, state=state, obstacles=_find_obstacles(thing, target)
        )

    def apply(self, api: Api, found: Found, change: Change) -> None:
        """Do it."""
        body: dict[str, Any] = {}
        if change.action == SET_BUDGET:
            unit = self.units[found.state.currency]
            body["daily_budget"] = str((change.budget_micros or 0) // unit)
        else:
            body["status"] = "ACTIVE" if STATUSES[change.action] == ACTIVE else "PAUSED"
        api.post(f"/{api.configuration.api_version}/{found.target.id}", body)


def _read(answer: Any) -> _Thing:
    """Return a thing; Meta writes numbers as texts, and a budget that is none as ``0``."""
    if isinstance(answer, dict):
        answer = _number(answer)
        if isinstance(answer.get("campaign"), dict):
            answer["campaign"] = _number(answer["campaign"])
    return read_as(_Thing, answer)


def _number(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if name.endswith("_budget") and str(value).isdigit() else value
        for name, value in values.items()
    }


def _find_obstacles(thing: _Thing, target: Target) -> dict[str, Obstacle]:
    if thing.status in _GONE:
        return refuse_all(GONE)
    if {thing.smart_promotion_type, getattr(thing.campaign, _SMART, "")} & _AUTOMATED:
        return refuse_all(_BY_META)
    obstacle = _find_budget_obstacle(thing, target)
    return {SET_BUDGET: obstacle} if obstacle else {}


def _find_budget_obstacle(thing: _Thing, target: Target) -> Obstacle | None:
    if target.level == AD:
        return NO_BUDGET
    if thing.daily_budget:
        return None
    if thing.lifetime_budget:
        return LIFETIME
    return _OF_AD_SETS if target.level == CAMPAIGN else _OF_CAMPAIGN
