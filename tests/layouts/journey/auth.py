"""Auth's part: people come, join, hold rights and go."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

from apps.auth.contract import Auth
from omnify.context import ANONYMOUS, Principal, PrincipalKind
from omnify.identity.contract import Identity
from tests.journeys.main_job import REGISTRATION
from tests.layouts.visitor import Call, Visitor

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
STRANGER = {**REGISTRATION, "organization_name": "Stranger", "email": "eve@stranger.example"}
#: A route of each service that any member may use.
ANYBODY = (
    "/api/auth/me",
    "/api/integrations/connections",
    "/api/agentkit/agents",
    "/api/analytics/measures",
    "/api/onboarding/status",
)


def sign_up(visitor: Visitor) -> None:
    """Register, sign in, look at oneself; and be refused."""
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
    visitor.step("PATCH", "/api/auth/me", json={"reader_role": "vp_growth"})
    visitor.post("/api/auth/refresh", {"refresh_token": registered["refresh_token"]})
    visitor.post("/api/auth/refresh", {"refresh_token": "no token"})


def become_a_stranger(visitor: Visitor) -> None:
    """Go on as the owner of another organization."""
    visitor.token = visitor.post("/api/auth/register", STRANGER)["access_token"]


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


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    user_id, session_id = asker.user_id, asker.session_id
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
        (Auth, "list_brands"),
        (Auth, "check_permission", user_id, "analytics:view"),
        (Auth, "consume_quota", "campaigns", 1),
        (Auth, "get_outstanding_documents", user_id),
    )


def refused_calls(visitor: Visitor, asker: Principal) -> None:
    """Ask for an organization's name as nobody."""
    visitor.call(Auth, "get_organization", principal=ANONYMOUS)
