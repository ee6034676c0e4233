"""The main job, from registration to a forecast, as calls of any fleet and a transcript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

DATA = Path(__file__).resolve().parents[2] / "data"
FILE = DATA / "robyn_weekly_marketing.csv"
MAPPING = DATA / "robyn_mapping.json"
RANGE = {"from": "2015-11-23", "to": "2019-11-11"}
REGISTRATION = {
    "organization_name": "Journey",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@journey.example",
    "password": "correct horse staple",
    "accepted_documents": [
        {"document_type": name, "version": "1"} for name in ("terms", "privacy", "acceptable-use")
    ],
}
#: Values that differ from run to run by their nature.
VOLATILE = frozenset(
    {
        "id",
        "agent_id",
        "import_id",
        "session_id",
        "organization_id",
        "access_token",
        "refresh_token",
        "created_at",
        "changed_at",
        "as_of",
        "started_at",
        "finished_at",
        "done_at",
        "request_id",
    }
)

#: Method, path, body and token to status and answer.
Call = Callable[..., tuple[int, Any]]


def register(url: str, **changes: Any) -> tuple[str, str]:
    """Register an organization of its own with auth at an address.

    Returns:
        its owner's e-mail address and access token.
    """
    email = f"{uuid4().hex[:12]}@journey.example"
    body = {**REGISTRATION, "email": email, **changes}
    answer = requests.post(f"{url}/api/auth/register", json=body, timeout=30)
    answer.raise_for_status()
    return email, answer.json()["access_token"]


def import_file(url: str, token: str) -> None:
    """Import the file with integrations at an address."""
    requests.post(
        f"{url}/api/integrations/csv/import",
        headers={"Authorization": f"Bearer {token}"},
        files={"file": ("weeks.csv", FILE.read_bytes())},
        data={"mapping": MAPPING.read_text()},
        timeout=30,
    ).raise_for_status()


def run(call: Call) -> list[tuple[str, int, Any]]:
    """Do the main job and return what each step answered, without what is volatile."""
    steps: list[tuple[str, int, Any]] = []
    token = ""

    def step(method: str, path: str, **options: Any) -> Any:
        status, body = call(method, path, token=token, **options)
        steps.append((f"{method} {path.partition('?')[0]}", status, stable(body)))
        return body

    registered = step("POST", "/api/auth/register", json=REGISTRATION)
    step("POST", "/api/auth/register", json=REGISTRATION)
    credentials = {name: REGISTRATION[name] for name in ("email", "password")}
    token = step("POST", "/api/auth/login", json=credentials)["access_token"]
    step("GET", "/api/auth/me")
    step("POST", "/api/auth/refresh", json={"refresh_token": registered["refresh_token"]})
    step("GET", "/api/analytics/dashboard/stats")
    step("POST", "/api/integrations/csv/import?preview=true", upload=True)
    step("POST", "/api/integrations/csv/import", upload=True)
    step("POST", "/api/integrations/csv/import", upload=True)
    step("GET", "/api/integrations/connections")
    step("GET", f"/api/analytics/dashboard/stats?from={RANGE['from']}&to={RANGE['to']}")
    query = {"measures": ["spend", "revenue", "blended_roas"], **RANGE}
    step("POST", "/api/analytics/query", json=query)
    by_month = {**query, "dimensions": ["channel", "period"], "grain": "month"}
    step("POST", "/api/analytics/query", json=by_month)
    step("POST", "/api/analytics/query", json={**query, "measures": ["happiness"]})
    step("POST", "/api/predictive/forecast", json={"metric": "revenue", "horizon": 13})
    step("POST", "/api/predictive/forecast", json={"metric": "revenue", "grain": "day"})
    agents = step("GET", "/api/agentkit/agents")["results"]
    path = f"/api/agentkit/agents/{agents[0]['id']}/execute"
    status, body = call("POST", path, token=token, json={"input": RANGE})
    steps.append(("POST execute", status, stable(body)))
    step("POST", "/api/onboarding/start")
    step("POST", "/api/onboarding/steps/welcome/complete", json={"data": {}, "version": 0})
    step("POST", "/api/onboarding/steps/welcome/complete", json={"data": {"x": 1}, "version": 0})
    step("GET", "/api/onboarding/status")
    step("GET", "/api/infrastructure/overview")
    return steps


def stable(value: Any) -> Any:
    """A body without volatile values."""
    if isinstance(value, dict):
        return {
            name: "*" if name in VOLATILE and inner is not None else stable(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [stable(inner) for inner in value]
    return value
