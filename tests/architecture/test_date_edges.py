"""Days at the ends of the calendar are answered or refused, by every route that takes days."""

from itertools import count, product

import pytest
from django.urls import get_resolver
from msgspec import inspect

from apps.integrations.connections.models import Connection
from apps.integrations.platforms import registry
from tests.architecture.test_message_bounds import inside, parts, routes, taken
from tests.factories.integrations import make_synced
from tests.world import import_file

pytestmark = pytest.mark.django_db

DAYS = ("0001-01-01", "1970-01-01", "2019-11-11", "9999-12-31", None)
TIMES = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00")
PAGES = (
    *("", "chart.csv", "chart.xlsx", "channels.csv"),
    *("customers", "customers.csv", "attribution", "attribution.csv"),
)
_names = map(str, count())


def query_of(first, last, grain="week"):
    query = {"measures": ["spend", "blended_roas"], "grain": grain, "from": first, "to": last}
    return {name: value for name, value in query.items() if value}


def ask_query(client, first, last):
    for grain in ("day", "week", "month"):
        yield client.post("/api/analytics/query", query_of(first, last, grain), format="json")


def ask_view(client, first, last):
    view = {"name": next(_names), "query": query_of(first, last)}
    made = client.post("/api/analytics/views", view, format="json")
    yield made
    if made.status_code == 201:
        yield client.get(f"/api/analytics/views/{made.json()['id']}/data")


def ask_dashboard(client, first, last):
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    yield client.get("/api/analytics/dashboard/stats", days)
    yield client.get("/api/analytics/dashboard/stats", {"to": last or "", "days": 4000})


def ask_cohorts(client, first, last):
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    for grain, measure in product(("month", "week"), ("retention", "ltv")):
        yield client.get("/api/analytics/cohorts", {**days, "grain": grain, "measure": measure})


def ask_attribution(client, first, last):
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    for window in ("28", "lifetime"):
        query = {**days, "model": "linear", "window": window}
        yield client.get("/api/analytics/attribution", query)


def ask_agent(client, first, last):
    agents = client.get("/api/agentkit/agents").json()["results"]
    days = {"from": first, "to": last}
    path = f"/api/agentkit/agents/{agents[0]['id']}/execute"
    yield client.post(path, {"input": days}, format="json")


def ask_key(client, *_):
    for time in TIMES:
        key = {"name": "key", "permissions": ["analytics:view"], "expires_at": time}
        yield client.post("/api/auth/api-keys", key, format="json")


def ask_grant(client, *_):
    user_id = client.answer["user"]["id"]
    for time in TIMES:
        grant = {
            "user_id": user_id,
            "permissions": ["campaign:edit"],
            "resource_type": "campaign",
            "resource_id": "1",
            "expires_at": time,
        }
        yield client.post("/api/rbac/permissions/resource/grant", grant, format="json")


def ask_audit(client, *_):
    for first, last in product((*TIMES, None), (*TIMES, None)):
        times = {name: time for name, time in (("from", first), ("to", last)) if time}
        yield client.get("/api/auth/audit", times)
        yield client.get("/api/auth/audit/export", times)


def ask_rates(client, first, last):
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    yield client.get("/api/integrations/rates", days)


def ask_rate(client, first, _):
    rate = {"date": first, "base": "EUR", "currency": "USD", "rate": "1.1"}
    yield client.post("/api/integrations/rates", rate, format="json")


def ask_lookup(client, first, last):
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    yield client.get("/api/integrations/klaviyo/analytics", days)


def ask_sync(client, first, last):
    organization_id = client.answer["organization"]["id"]
    platform = next(iter(registry.ADAPTERS))
    found = Connection.unscoped.filter(organization_id=organization_id, platform=platform)
    connection = found.first() or make_synced(organization_id, platform)
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    path = f"/api/integrations/connections/{connection.id}/sync"
    yield client.post(path, {**days, "dry_run": True}, format="json")
    yield client.post(path, days, format="json")


def ask_reconciliation(client, first, last):
    connections = client.get("/api/integrations/connections").json()["results"]
    days = {name: day for name, day in (("from", first), ("to", last)) if day}
    path = f"/api/integrations/connections/{connections[0]['id']}/reconciliation"
    yield client.get(path, days)


#: How the routes that take days or times are asked, by their message.
ASKED = {
    "QueryInput": ask_query,
    "SavedViewInput": ask_view,
    "DashboardQuery": ask_dashboard,
    "CohortsQuery": ask_cohorts,
    "AttributionQuery": ask_attribution,
    "ExecuteInput": ask_agent,
    "ApiKeyInput": ask_key,
    "AuditQuery": ask_audit,
    "GrantInput": ask_grant,
    "RateInput": ask_rate,
    "RatesFilter": ask_rates,
    "PeriodQuery": ask_lookup,
    "Period": ask_reconciliation,
    "SyncInput": ask_sync,
}
TIMED = {"ApiKeyInput", "AuditQuery", "GrantInput"}


def has_days(message_type):
    """Whether a message, or one in it, has a day or a time."""
    left = [inspect.type_info(message_type)]
    while left:
        shape, _ = inside(left.pop())
        if isinstance(shape, inspect.DateType | inspect.DateTimeType):
            return True
        left += [each for _, each in parts(shape, "")]
    return False


class TestDays:
    def test_are_known_of_all_routes(self):
        found = {each for route in routes(get_resolver().url_patterns) for each in taken(route)}

        assert {each.__name__ for each in found if has_days(each)} == set(ASKED)

    @pytest.mark.parametrize("name", ASKED)
    def test_have_no_end_that_fails(self, registered, name):
        import_file(registered)
        agent = {"type": "analytics", "name": "Analyst"}
        registered.post("/api/agentkit/agents", agent, format="json")

        pairs = [(None, None)] if name in TIMED else list(product(DAYS, DAYS))
        failed = [
            (first, last, answer.status_code, answer.content)
            for first, last in pairs
            for answer in ASKED[name](registered, first, last)
            if answer.status_code >= 500
        ]

        assert failed == []

    def test_have_no_end_that_fails_a_page(self, registered, client):
        import_file(registered)
        client.cookies["omnify-access"] = registered.answer["access_token"]

        for page, first, last in product(PAGES, DAYS, DAYS):
            days = {"first": first or "", "last": last or ""}
            assert client.get(f"/app/analytics/{page}", days).status_code < 500, (page, days)
