"""Google's query language, as far as the peer speaks it: parsed, checked, and answered.

From "Google Ads Query Language Grammar", "Zero metrics" and the fields of each resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.sandbox import google_samples
from deploy.sandbox.google_changes import Changes
from deploy.sandbox.google_samples import FRACTIONAL, METRICS, Ad, Campaign, Customer

_CUSTOMER = ("id", "descriptive_name", "currency_code", "time_zone", "manager", "status")
_FIELDS = {
    "customer": {f"customer.{name}" for name in _CUSTOMER},
    "customer_client": {f"customer_client.{name}" for name in _CUSTOMER},
    "campaign": {
        *("campaign.id", "campaign.name", "campaign.status", "campaign.advertising_channel_type"),
        *(f"customer.{name}" for name in _CUSTOMER),
        *(f"campaign_budget.{name}" for name in ("resource_name", "amount_micros", "period")),
        *("campaign_budget.explicitly_shared", "campaign_budget.reference_count"),
    },
}
_FIELDS["ad_group"] = _FIELDS["campaign"] | {"ad_group.id", "ad_group.status"}
_FIELDS["ad_group_ad"] = _FIELDS["campaign"] | {
    *("ad_group.id", "ad_group.name"),
    *("ad_group_ad.ad.id", "ad_group_ad.ad.name", "ad_group_ad.status"),
}
_METRICS = {f"metrics.{name}" for name in METRICS} | {"segments.date"}
_QUERY = re.compile(r"SELECT (?P<fields>.+?) FROM (?P<resource>\w+)(?: WHERE (?P<where>.+))?")
_CONDITION = re.compile(
    r"(?P<field>[\w.]+) (?:BETWEEN '(?P<low>[^']*)' AND '(?P<high>[^']*)'"
    r"|IN \((?P<among>[^)]*)\)|(?P<sign>=|!=|<=|>=|<|>) (?P<value>'[^']*'|[\w.-]+))"
    r"(?: AND |$)"
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda own, other: own == other,
    "!=": lambda own, other: own != other,
    "<": lambda own, other: own < other,
    "<=": lambda own, other: own <= other,
    ">": lambda own, other: own > other,
    ">=": lambda own, other: own >= other,
}


class QueryError(Exception):
    """What is wrong with a query: the kind and the name of Google's error, and its words."""

    def __init__(self, kind: str, name: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.name, self.words = kind, name, words


@dataclass(frozen=True)
class Query:
    """A parsed query.

    Attributes:
        conditions: a field and what holds of its value.
        days: the first and last day that is asked.
    """

    resource: str
    fields: tuple[str, ...]
    conditions: tuple[tuple[str, Callable[[Any], bool]], ...]
    days: tuple[date, date] | None

    def holds(self, facts: dict[str, Any]) -> bool:
        """Tell whether all conditions hold of an entity."""
        return all(test(facts[field]) for field, test in self.conditions)


def parse(text: str) -> Query:
    """Return a query of the language."""
    match = _QUERY.fullmatch(" ".join(text.split()))
    if match is None or match["resource"] not in _FIELDS:
        raise QueryError("queryError", "UNEXPECTED_INPUT", "Error in query: unexpected input.")
    resource = match["resource"]
    allowed = _FIELDS[resource] | (set() if resource == "customer_client" else _METRICS)
    fields = tuple(match["fields"].split(", "))
    conditions, days = _parse_conditions(match["where"] or "")
    for name in (*fields, *(field for field, _ in conditions)):
        if name not in allowed:
            words = f"Unrecognized field in the query: '{name}'."
            raise QueryError("queryError", "UNRECOGNIZED_FIELD", words)
    return Query(resource, fields, conditions, days)


def _parse_conditions(where: str) -> tuple[Any, tuple[date, date] | None]:
    conditions, days, at = [], None, 0
    while at < len(where):
        match = _CONDITION.match(where, at)
        if match is None:
            raise QueryError("queryError", "BAD_VALUE", "Error in WHERE clause.")
        at = match.end()
        if match["field"] == "segments.date" and match["low"]:
            days = date.fromisoformat(match["low"]), date.fromisoformat(match["high"])
        elif match["among"] is not None:
            among = {value.strip(" '") for value in match["among"].split(",")}
            conditions.append((match["field"], among.__contains__))
        else:
            conditions.append((match["field"], _compare(match["sign"], match["value"])))
    return tuple(conditions), days


def _compare(sign: str, value: str) -> Callable[[Any], bool]:
    other: Any = int(value) if value.isdigit() else value.strip("'")

    def test(own: Any) -> bool:
        return _SIGNS[sign](int(own) if isinstance(other, int) else own, other)

    return test


def list_rows(
    customer: Customer, query: Query, today: date, changes: Changes
) -> Iterator[dict[str, Any]]:
    """Yield what a query of a customer's entities answers, in Google's JSON."""
    measures = [name.removeprefix("metrics.") for name in query.fields if "metrics." in name]
    for facts, cells in _list_entities(customer, query.resource, changes):
        if not query.holds(facts):
            continue
        shown = {name: facts[name] for name in query.fields if name in facts}
        if not measures:
            yield _nest(shown)
            continue
        for day in _list_days(query):
            sums = google_samples.add_up(iter(cells), day, today)
            # Rows of nothing but zeros are left out of what is segmented.
            if any(sums.get(name) for name in measures):
                numbers = {f"metrics.{name}": _write(name, sums[name]) for name in measures}
                yield _nest({**shown, **numbers, "segments.date": day.isoformat()})


def list_clients(customers: list[Customer], query: Query) -> Iterator[dict[str, Any]]:
    """Yield the customers below a manager, itself among them."""
    for each in customers:
        facts = {
            "customer_client.id": each.id,
            "customer_client.descriptive_name": each.name,
            "customer_client.currency_code": each.currency,
            "customer_client.time_zone": each.zone,
            "customer_client.manager": each.is_manager,
            "customer_client.status": each.status,
        }
        yield _nest({name: facts[name] for name in query.fields})


def _list_entities(
    customer: Customer, resource: str, changes: Changes
) -> Iterator[tuple[dict[str, Any], list[tuple[Campaign, Ad]]]]:
    """Yield the facts of each entity, and the ads whose numbers it has."""
    own = {"customer.id": customer.id, "customer.descriptive_name": customer.name}
    own |= {"customer.currency_code": customer.currency, "customer.time_zone": customer.zone}
    if resource == "customer":
        yield own, [(each, ad) for each in customer.campaigns for ad in each.ads]
        return
    for each in customer.campaigns:
        facts = {
            **own,
            "campaign.id": each.id,
            "campaign.name": each.name,
            "campaign.advertising_channel_type": each.kind,
            **changes.tell(customer, each),
        }
        if resource == "campaign":
            yield facts, [(each, ad) for ad in each.ads]
        elif resource == "ad_group":
            for group in dict.fromkeys(ad.group for ad in each.ads):
                status = changes.find_status(customer, "adGroups", group)
                yield {**facts, "ad_group.id": group, "ad_group.status": status}, []
        elif each.kind != "PERFORMANCE_MAX":
            for ad in each.ads:
                named = {"ad_group.id": ad.group, "ad_group_ad.ad.id": ad.id}
                own_id = f"{ad.group}~{ad.id}"
                named["ad_group_ad.status"] = changes.find_status(customer, "adGroupAds", own_id)
                named |= {"ad_group.name": f"Group {ad.group}", "ad_group_ad.ad.name": ad.name}
                yield {**facts, **named}, [(each, ad)]


def _list_days(query: Query) -> Iterator[date]:
    if query.days is None:
        raise QueryError("queryError", "EXPECTED_FILTERS_ON_DATE_RANGE", "A date range is needed.")
    first, last = query.days
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _write(name: str, number: int) -> str | float:
    """Return a number as JSON of Google has it: of 64 bits as text, of fractions as number."""
    return number / 100 if name in FRACTIONAL else str(number)


def _nest(values: dict[str, Any]) -> dict[str, Any]:
    """Return dotted names as objects in objects, spelled as JSON has them; empty texts left out."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = (_camel(part) for part in name.split("."))
        place = row
        for part in path:
            place = place.setdefault(part, {})
        if value != "":
            place[last] = value
    return row


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)
