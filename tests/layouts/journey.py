"""The journey: every service, every contract method and every event at least once.

A method that is added to a contract is added here too, in ``calls``; a test says so otherwise.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import date
from typing import Any
from uuid import UUID

from apps.analytics.contract import Analytics, MetricQuery, SeriesQuery
from apps.auth.contract import Auth
from apps.integrations.contract import DailyMetricsQuery, Integrations
from apps.ml.contract import ForecastQuery, Ml
from apps.onboarding.contract import Onboarding
from omnify.context import ANONYMOUS, Principal, PrincipalKind
from omnify.identity.contract import Identity
from tests.journeys.main_job import FILE, MAPPING, RANGE, REGISTRATION
from tests.layouts.visitor import Visitor

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
STRANGER = {**REGISTRATION, "organization_name": "Stranger", "email": "eve@stranger.example"}
COMPANY = {"company_name": "Journey", "industry": "retail", "company_size": "11-50"}
QUERY = {"measures": ["spend", "revenue", "blended_roas"], **RANGE}
DAYS = {"from_date": date(2019, 1, 1), "to_date": date(2019, 6, 30)}
STEPS = "/api/onboarding/steps"
#: A route of each service that any member may use.
ANYBODY = (
    "/api/auth/me",
    "/api/integrations/connections",
    "/api/agentkit/agents",
    "/api/analytics/measures",
    "/api/onboarding/status",
)


def walk(visitor: Visitor) -> None:
    """Go the whole way."""
    registered = sign_up(visitor)
    before_data(visitor)
    wizard_without_data(visitor)
    data(visitor)
    numbers(visitor)
    traces(visitor)
    wizard(visitor)
    calls(visitor)
    stranger(visitor, registered)
    member(visitor)
    goodbye(visitor)


def sign_up(visitor: Visitor) -> dict[str, Any]:
    """Register, sign in, look at oneself; and what is refused there."""
    visitor.get("/api/auth/me")
    visitor.post("/api/auth/register", {"email": "x"})
    registered: dict[str, Any] = visitor.post("/api/auth/register", REGISTRATION)
    visitor.post("/api/auth/register", REGISTRATION)
    visitor.post("/api/auth/login", {**CREDENTIALS, "password": "wrong wrong wrong"})
    visitor.token = visitor.post("/api/auth/login", CREDENTIALS)["access_token"]
    for path in ("/api/auth/me", "/api/sessions", "/api/organizations/me", "/api/rbac/roles"):
        visitor.get(path)
    visitor.get("/.well-known/jwks.json")
    visitor.step("PATCH", "/api/organizations/me", json={"name": "Journey & Co"})
    visitor.post("/api/auth/refresh", {"refresh_token": registered["refresh_token"]})
    visitor.post("/api/auth/refresh", {"refresh_token": "no token"})
    return registered


def before_data(visitor: Visitor) -> None:
    """What every service says while there are no numbers; and a wrong path and method."""
    visitor.get("/api/analytics/dashboard/stats")
    visitor.post("/api/analytics/query", QUERY)
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "horizon": 13})
    agents = visitor.get("/api/agentkit/agents")["results"]
    visitor.post(f"/api/agentkit/agents/{agents[0]['id']}/execute", {"input": RANGE})
    visitor.post(f"/api/agentkit/agents/{agents[0]['id']}/execute", {"input": {}})
    visitor.get("/api/infrastructure/overview")
    visitor.get("/api/analytics/nothing-here")
    visitor.step("DELETE", "/api/analytics/measures")
    visitor.post("/api/analytics/query", data=b"{", headers={"Content-Type": "application/json"})
    visitor.get("/api/analytics/measures", headers={"Authorization": "Bearer nonsense"})


def data(visitor: Visitor) -> None:
    """Import the file: looked at first, then once, then again."""
    visitor.get("/api/integrations/catalog")
    upload(visitor, "?preview=true")
    upload(visitor, key="import-1")
    upload(visitor, key="import-1")
    upload(visitor)
    upload(visitor, mapping={"date": "NO SUCH COLUMN", "currency": "EUR", "channels": []})
    connections = visitor.get("/api/integrations/connections")["results"]
    visitor.get(f"/api/integrations/connections/{connections[0]['id']}")
    visitor.get("/api/integrations/imports")
    visitor.get("/api/organizations/me")


def upload(visitor: Visitor, query: str = "", *, key: str = "", mapping: Any = None) -> None:
    """Send the file, as a step."""
    text = MAPPING.read_text() if mapping is None else json.dumps(mapping)
    visitor.step(
        "POST",
        f"/api/integrations/csv/import{query}",
        key=key,
        files={"file": (FILE.name, FILE.read_bytes())},
        data={"mapping": text},
    )


def numbers(visitor: Visitor) -> None:
    """Ask analytics, ml and agentkit about the numbers."""
    days = f"?from={RANGE['from']}&to={RANGE['to']}"
    visitor.get(f"/api/analytics/dashboard/stats{days}")
    visitor.get("/api/analytics/dashboard/stats?days=28")
    visitor.post("/api/analytics/query", QUERY)
    by_month = {**QUERY, "dimensions": ["channel", "period"], "grain": "month"}
    visitor.post("/api/analytics/query", by_month)
    visitor.post("/api/analytics/query", {**QUERY, "measures": ["happiness"]})
    view = visitor.post("/api/analytics/views", {"name": "Months", "query": by_month}, key="view")
    visitor.post("/api/analytics/views", {"name": "Months", "query": by_month}, key="view")
    visitor.post("/api/analytics/views", {"name": "Other", "query": by_month}, key="view")
    visitor.get(f"/api/analytics/views/{view['id']}/data")
    visitor.get("/api/analytics/views")
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "horizon": 13})
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "grain": "day"})
    visitor.get("/api/predictive/forecast?metric=spend&grain=week&horizon=4&channel=tv")
    agent = visitor.post("/api/agentkit/agents", {"type": "analytics", "name": "Second"})
    path = f"/api/agentkit/agents/{agent['id']}"
    visitor.step("PATCH", path, json={"description": "Looks twice."})
    visitor.post(f"{path}/execute", {"input": RANGE}, key="run")
    visitor.post(f"{path}/execute", {"input": RANGE}, key="run")
    visitor.post(f"{path}/execute", {"input": {}})
    visitor.get(f"{path}/executions")


def traces(visitor: Visitor) -> None:
    """Ask over three services under a trace of a future version, and under none that is one."""
    state = {"tracestate": "vendor=1"}
    for header in ("cc-{trace}-{span}-01-more", "00-{trace}-{span}-00", "ff-{trace}-{span}-01"):
        visitor.get("/api/predictive/forecast?metric=spend", traceparent=header, headers=state)


def wizard_without_data(visitor: Visitor) -> None:
    """Take the steps of the wizard up to the one that wants a connection."""
    visitor.get("/api/onboarding/status")
    visitor.post(f"{STEPS}/welcome/complete", {"data": {}})
    visitor.post("/api/onboarding/start")
    visitor.post(f"{STEPS}/success_demo/complete", {"data": {}})
    visitor.post(f"{STEPS}/welcome/complete", {"data": {}, "version": 0})
    visitor.post(f"{STEPS}/welcome/complete", {"data": {"x": 1}, "version": 0})
    visitor.post(f"{STEPS}/role_selection/complete", {"data": {"role": "king"}})
    visitor.post(f"{STEPS}/role_selection/complete", {"data": {"role": "cmo"}})
    visitor.post(f"{STEPS}/company_info/complete", {"data": COMPANY})
    visitor.post(f"{STEPS}/platform_connection/complete", {"data": {}})


def wizard(visitor: Visitor) -> None:
    """Take the other steps, two of which look at other services."""
    visitor.post(f"{STEPS}/platform_connection/complete", {"data": {}})
    visitor.post(f"{STEPS}/brand_setup/skip", {})
    visitor.post(f"{STEPS}/first_campaign/skip", {})
    visitor.post(f"{STEPS}/success_demo/complete", {"data": {}})
    visitor.post(f"{STEPS}/completion/complete", {"data": {}})
    visitor.get("/api/onboarding/achievements")
    visitor.get("/api/onboarding/status")


def calls(visitor: Visitor) -> None:
    """Call every method of every contract, as another slice would; and what is refused."""
    asker = principal(visitor.token)
    for contract, name, *arguments in every_call(asker):
        visitor.call(contract, name, *arguments, principal=asker)
    nonsense = MetricQuery(measures=("happiness",), **DAYS)
    visitor.call(Analytics, "query", nonsense, principal=asker)
    visitor.call(Ml, "forecast", ForecastQuery(metric="x", grain="x", horizon=0), principal=asker)
    visitor.call(Analytics, "daily_series", "no query", principal=asker)
    visitor.call(Auth, "get_organization", principal=ANONYMOUS)
    visitor.call(Integrations, "list_connections", principal=ANONYMOUS)


def every_call(asker: Principal = ANONYMOUS) -> tuple[tuple[Any, ...], ...]:
    """A call of each method of each contract: contract, method, arguments."""
    user_id, session_id = asker.user_id, asker.session_id
    spend = SeriesQuery(measure="spend", grain="month", channel="tv")
    return (
        (Identity, "verification_keys"),
        (Auth, "get_organization"),
        (Auth, "adopt_currency", "USD"),
        (Identity, "describe_viewer"),
        (Identity, "find_api_key", "no key has this hash"),
        (Identity, "has_grant", "agent:edit", "agent", "1"),
        (Auth, "introspect_session", session_id),
        (Auth, "get_principal", user_id),
        (Auth, "list_members"),
        (Auth, "check_permission", user_id, "analytics:view"),
        (Auth, "consume_quota", "campaigns", 1),
        (Auth, "get_outstanding_documents", user_id),
        (Integrations, "metrics_span"),
        (Integrations, "list_connections"),
        (Integrations, "daily_metrics", DailyMetricsQuery(**DAYS, limit=40)),
        (Analytics, "query", MetricQuery(measures=("spend",), dimensions=("channel",), **DAYS)),
        (Analytics, "daily_series", spend),
        (Analytics, "compare_halves", MetricQuery(measures=("spend",), **DAYS)),
        (Analytics, "last_day_with_data"),
        (Onboarding, "get_progress"),
        (Ml, "forecast", ForecastQuery(metric="spend", grain="week", horizon=3)),
        (Ml, "latest_predictions"),
    )


def stranger(visitor: Visitor, registered: dict[str, Any]) -> None:
    """Another organization sees nothing of it."""
    token = visitor.token
    agents = visitor.get("/api/agentkit/agents")["results"]
    connections = visitor.get("/api/integrations/connections")["results"]
    visitor.token = visitor.post("/api/auth/register", STRANGER)["access_token"]
    visitor.get(f"/api/agentkit/agents/{agents[0]['id']}")
    visitor.step("DELETE", f"/api/integrations/connections/{connections[0]['id']}")
    visitor.get("/api/integrations/connections")
    visitor.post("/api/analytics/query", QUERY)
    asker = principal(visitor.token)
    for contract, name, *arguments in every_call(asker):
        visitor.call(contract, name, *arguments, principal=asker)
    operate(visitor)
    visitor.token = token
    visitor.step("DELETE", f"/api/integrations/connections/{connections[0]['id']}")
    visitor.step("DELETE", f"/api/agentkit/agents/{agents[0]['id']}")
    visitor.post("/api/analytics/query", QUERY)


def operate(visitor: Visitor) -> None:
    """Set a flag and make the stranger an operator, by command."""
    visitor.manage("auth", "flags", "off", "rpc.ml.latest_predictions")
    visitor.manage("auth", "flags", "remove", "rpc.ml.latest_predictions")
    visitor.manage("auth", "staff", "add", STRANGER["email"])
    credentials = {name: STRANGER[name] for name in ("email", "password")}
    # The token from before has other rights, and would be refused.
    visitor.token = ""
    visitor.token = visitor.post("/api/auth/login", credentials)["access_token"]
    visitor.get("/api/infrastructure/overview")


def member(visitor: Visitor) -> None:
    """Invite somebody, give them another role, and let them go."""
    invited = {"email": "grace@journey.example", "role": "viewer"}
    answer = visitor.post("/api/organizations/invitations", invited)
    token, visitor.token = visitor.token, ""
    visitor.post(
        "/api/organizations/invitations/accept",
        {
            "token": answer["token"],
            "first_name": "Grace",
            "last_name": "Hopper",
            "password": REGISTRATION["password"],
        },
    )
    visitor.token = token
    people = visitor.get("/api/organizations/members")["results"]
    [user_id] = [each["user_id"] for each in people if each["role"] == "viewer"]
    granted(visitor, user_id, invited["email"])
    visitor.step("PATCH", f"/api/organizations/members/{user_id}", json={"role": "manager"})
    visitor.step("DELETE", f"/api/organizations/members/{user_id}")


def granted(visitor: Visitor, user_id: str, email: str) -> None:
    """Grant a viewer the right to change one agent, of two."""
    owner = visitor.token
    other = visitor.post("/api/agentkit/agents", {"type": "analytics", "name": "Third"})
    agents = visitor.get("/api/agentkit/agents")["results"]
    visitor.token = ""
    asked = {"email": email, "password": REGISTRATION["password"]}
    viewer = visitor.post("/api/auth/login", asked)["access_token"]
    for document in REGISTRATION["accepted_documents"]:
        visitor.token = viewer
        viewer = visitor.post("/api/legal/accept", document)["access_token"]
    visitor.token = owner
    place = {"user_id": user_id, "resource_type": "agent", "resource_id": agents[-1]["id"]}
    grant = {**place, "permissions": ["agent:edit"]}
    visitor.post("/api/rbac/permissions/resource/grant", grant)
    visitor.token = viewer
    for agent in (agents[-1], other):
        path = f"/api/agentkit/agents/{agent['id']}"
        visitor.step("PATCH", path, json={"description": "By a grant."})
    visitor.token = owner


def goodbye(visitor: Visitor) -> None:
    """Sign out: every service knows within a second."""
    visitor.post("/api/auth/logout")
    for path in ANYBODY:
        visitor.get(path, until=401)


def principal(token: str) -> Principal:
    """The principal that a token proves."""
    part = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return Principal(
        kind=PrincipalKind.USER,
        user_id=UUID(claims["sub"]),
        organization_id=UUID(claims["org"]),
        role=claims["role"],
        permissions=tuple(claims["permissions"]),
    )
