"""What is changed of Meta's sample accounts: budgets, and what is paused.

From "Ad Campaign Group", "Ad Campaign", "Ad" and "Advantage campaign budget" of the Marketing API.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.meta_errors import MetaError
from deploy.sandbox.meta_samples import Account

_FIELD = re.compile(r"(\w+)(?:\{[^}]*\})?(?:,|$)")
_OWN = ("id", "account_id", "name", "status")
_FIELDS = {"campaign": (*_OWN, "daily_budget", "lifetime_budget", "smart_promotion_type")}
_FIELDS["ad set"] = (*_OWN, "daily_budget", "lifetime_budget", "campaign")
_FIELDS["ad"] = (*_OWN, "campaign")
_STATUSES = ("ACTIVE", "PAUSED", "DELETED", "ARCHIVED")


@dataclass
class Thing:
    """A campaign, an ad set or an ad; a budget that it does not hold is None."""

    kind: str
    account_id: str
    status: str
    campaign: Thing | None = None
    daily_budget: int | None = None
    lifetime_budget: int | None = None
    smart_promotion_type: str = "GUIDED_CREATION"


class Changes:
    """What the sample accounts have, and all that was written.

    Attributes:
        things: by their ids; each campaign holds the budget of its one ad set, whose id has a 9
            behind its own.
        writes: what was changed, in order: the id and the body.
        may_write: whether the token has the right ``ads_management``.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.things: dict[str, Thing] = {}
        self.writes: list[tuple[str, dict[str, Any]]] = []
        self.may_write = True
        for account in accounts:
            for ad in account.ads:
                campaign = Thing("campaign", account.id, ad.campaign_status, daily_budget=8000)
                campaign = self.things.setdefault(ad.campaign_id, campaign)
                ad_set = Thing("ad set", account.id, "ACTIVE", campaign)
                self.things.setdefault(f"{ad.campaign_id}9", ad_set)
                self.things[ad.id] = Thing("ad", account.id, ad.status, campaign)

    def read(self, thing_id: str, fields: str) -> dict[str, Any]:
        """Return the fields of a thing that it has."""
        thing = self._find(thing_id)
        asked = [match[1] for match in _FIELD.finditer(fields)]
        for name in asked:
            if name not in _FIELDS[thing.kind]:
                raise MetaError(100, f"Tried accessing nonexisting field ({name}) on node type.")
        told = {name: self._tell(thing, name) for name in asked if name != "id"}
        return {"id": thing_id, **{name: value for name, value in told.items() if value}}

    def write(self, thing_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a thing."""
        thing = self._find(thing_id)
        if not self.may_write:
            raise MetaError(200, "Requires ads_management permission to manage the object.")
        for name, value in body.items():
            is_status = name == "status" and value in _STATUSES
            is_budget = name == "daily_budget" and thing.daily_budget and int(value) > 0
            if not (is_status or is_budget):
                raise MetaError(100, f"Invalid parameter: {name}.", 1487901)
        self.writes.append((thing_id, body))
        for name, value in body.items():
            setattr(thing, name, int(value) if name == "daily_budget" else value)
        return {"success": True}

    def _find(self, thing_id: str) -> Thing:
        if thing_id not in self.things:
            words = "Unsupported get request. Object does not exist, or lacks permission."
            raise MetaError(100, words, 33)
        return self.things[thing_id]

    def _tell(self, thing: Thing, name: str) -> Any:
        if name == "campaign" and thing.campaign is not None:
            names = _FIELDS["campaign"][4:]
            return {each: told for each in names if (told := self._tell(thing.campaign, each))}
        value = getattr(thing, name, None)
        return str(value) if name.endswith("_budget") and value is not None else value
