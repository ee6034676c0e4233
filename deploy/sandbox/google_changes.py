"""What is changed of Google's sample customers: budgets, and what is paused.

From "Mutating resources" and the references of ``MutateCampaignBudgetsRequest``, of
``CampaignBudgetError`` and of ``MutateError``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.google_samples import Campaign, Customer

_NAME = re.compile(r"customers/(\d+)/(\w+)/([\d~]+)")
#: Per service the field that may be changed, in both spellings of a mask.
_MASKS = {"campaignBudgets": ("amountMicros", "amount_micros")}
#: The smallest amount of currencies in millionths; of the rest a hundredth.
_SMALLEST = dict.fromkeys(("JPY", "KRW", "CLP", "ISK", "VND"), 1_000_000) | {"KWD": 1_000}


class ChangeError(Exception):
    """What is wrong with a change: the kind and the name of Google's error, and its words."""

    def __init__(self, kind: str, name: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.name, self.words = kind, name, words


@dataclass
class Budget:
    """A campaign's budget, or one that it shares with another."""

    micros: int
    is_shared: bool = False
    period: str = "DAILY"


class Changes:
    """What the sample customers' campaigns have, and all that was written.

    Attributes:
        budgets: by the campaign's id.
        writes: what was changed, in order: resource name, field and value.
    """

    def __init__(self, customers: dict[str, Customer]) -> None:
        campaigns = [campaign for each in customers.values() for campaign in each.campaigns]
        self.budgets = {each.id: Budget(each.weight * 20_000_000) for each in campaigns}
        self.statuses: dict[str, str] = {}
        self.writes: list[tuple[str, str, str]] = []

    def tell(self, customer: Customer, campaign: Campaign) -> dict[str, Any]:
        """Return the facts of a campaign that can change, by their names in queries."""
        budget = self.budgets[campaign.id]
        name = f"customers/{customer.id}/campaignBudgets/7{campaign.id}"
        return {
            "campaign.status": self.find_status(
                customer, "campaigns", campaign.id, campaign.status
            ),
            "campaign_budget.resource_name": name,
            "campaign_budget.amount_micros": str(budget.micros),
            "campaign_budget.period": budget.period,
            "campaign_budget.explicitly_shared": budget.is_shared,
            "campaign_budget.reference_count": "2" if budget.is_shared else "1",
        }

    def find_status(self, customer: Customer, kind: str, own: str, usual: str = "ENABLED") -> str:
        """Return the status of something, by its resource name's parts."""
        return self.statuses.get(f"customers/{customer.id}/{kind}/{own}", usual)

    def mutate(self, customer: Customer, service: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make all changes of a request or none, and name what was changed."""
        updates = [self._check(customer, service, operation) for operation in body["operations"]]
        if body.get("validateOnly"):
            return {}
        for name, field, value in updates:
            self._write(name, field, value)
        return {"results": [{"resourceName": name} for name, _, _ in updates]}

    def _check(
        self, customer: Customer, service: str, operation: dict[str, Any]
    ) -> tuple[str, str, str]:
        update, mask = operation["update"], operation["updateMask"]
        match = _NAME.fullmatch(update["resourceName"])
        if match is None or match[1] != customer.id or match[2] != service:
            raise ChangeError("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.")
        field = _MASKS.get(service, ("status",))[0]
        if mask not in _MASKS.get(service, ("status",)) or field not in update:
            raise ChangeError("fieldMaskError", "FIELD_NOT_FOUND", "The field mask is wrong.")
        self._check_value(customer, service, match[3], update[field])
        return update["resourceName"], field, update[field]

    def _check_value(self, customer: Customer, service: str, own: str, value: str) -> None:
        known = {each.id: each for each in customer.campaigns}
        if service == "campaigns" and own not in known:
            raise ChangeError("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.")
        if service == "campaigns" and known[own].kind == "VIDEO":
            name = "OPERATION_NOT_PERMITTED_FOR_CONTEXT"
            raise ChangeError("contextError", name, "Mutates are not allowed for VIDEO campaigns.")
        if service != "campaignBudgets":
            if value not in ("ENABLED", "PAUSED"):
                raise ChangeError("enumError", "ENUM_VALUE_NOT_PERMITTED", "Not permitted.")
            return
        if own.removeprefix("7") not in known:
            raise ChangeError("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.")
        if int(value) % _SMALLEST.get(customer.currency, 10_000):
            name = "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"
            raise ChangeError("campaignBudgetError", name, "The money amount is too precise.")

    def _write(self, name: str, field: str, value: str) -> None:
        self.writes.append((name, field, value))
        if field == "status":
            self.statuses[name] = value
        else:
            self.budgets[name.rpartition("/")[2].removeprefix("7")].micros = int(value)
