"""Rights and keys in a fleet of three slices: what ends, ends everywhere, and nothing else does."""

import os
import subprocess
import sys
import time

import jwt
import pytest
import requests

from apps import SERVICES
from tests.journeys import main_job
from tests.journeys.conftest import ROOT

SLICES = [
    ("auth", "onboarding"),
    ("integrations", "ml", "infrastructure"),
    ("agentkit", "analytics"),
]
ROUTES = {
    "auth": "/api/auth/me",
    "integrations": "/api/integrations/connections",
    "agentkit": "/api/agentkit/agents",
    "analytics": "/api/analytics/measures",
    "onboarding": "/api/onboarding/status",
}
ROLE = {"name": "Reader", "permissions": ["analytics:view", "integration:view", "agent:view"]}


class Fleet:
    """Calls of a running fleet."""

    def __init__(self, addresses, database):
        self.addresses, self.database = addresses, database

    def call(self, method, path, *, token="", service="auth", **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.addresses[service]}{path}"
        return requests.request(method, url, headers=headers, timeout=10, **options)

    def manage(self, *command):
        """Run a command of an operator on the fleet's database, with its secrets."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env={**kept, "DEBUG": "true", "DATABASE_URL": self.database},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def codes(self, token):
        """What each service answers to a token."""
        answers = {
            name: self.call("GET", path, token=token, service=name) for name, path in ROUTES.items()
        }
        return {name: "" if found.ok else found.json()["code"] for name, found in answers.items()}

    def wait_for(self, code, token):
        """Wait until every service refuses a token with a code; the last answers otherwise."""
        until = time.monotonic() + 10
        found = self.codes(token)
        while set(found.values()) != {code} and time.monotonic() < until:
            found = self.codes(token)
        return set(found.values())


@pytest.fixture
def fleet(run_fleet, databases):
    assert sorted(name for services in SLICES for name in services) == sorted(SERVICES)
    database = databases("rights")
    own = {"ANALYTICS_DATABASE_URL": databases("analytics")}
    return Fleet(run_fleet(SLICES, DATABASE_URL=database, **own), database)


@pytest.fixture
def owner(fleet):
    return fleet.call("POST", "/api/auth/register", json=main_job.REGISTRATION).json()


def join(fleet, owner, role):
    """Somebody who was invited and accepted all there is; their tokens."""
    token = owner["access_token"]
    body = {"email": "grace@journey.example", "role": role}
    made = fleet.call("POST", "/api/organizations/invitations", token=token, json=body).json()
    new = {"first_name": "Grace", "last_name": "H", "password": "another long passphrase"}
    body = {"token": made["token"], **new}
    fleet.call("POST", "/api/organizations/invitations/accept", json=body)
    body = {"email": "grace@journey.example", "password": new["password"]}
    return fleet.call("POST", "/api/auth/login", json=body).json()


class TestRightsInAFleet:
    def test_of_a_former_role_are_refused_in_every_slice(self, fleet, owner):
        member = join(fleet, owner, "manager")
        assert set(fleet.codes(member["access_token"]).values()) == {""}

        user_id = member["user"]["id"]
        path = f"/api/organizations/members/{user_id}"
        changed = fleet.call("PATCH", path, token=owner["access_token"], json={"role": "viewer"})
        refused = fleet.wait_for("rights_changed", member["access_token"])
        body = {"refresh_token": member["refresh_token"]}
        fresh = fleet.call("POST", "/api/auth/refresh", json=body).json()["access_token"]

        assert changed.status_code == 200
        assert refused == {"rights_changed"}
        assert fleet.call("GET", "/api/auth/me", token=fresh).json()["role"] == "viewer"
        assert set(fleet.codes(fresh).values()) == {""}

    def test_of_an_api_key_hold_and_end_in_every_slice(self, fleet, owner):
        token = owner["access_token"]
        made = fleet.call("POST", "/api/auth/api-keys", token=token, json=ROLE).json()
        assert set(fleet.codes(made["key"]).values()) == {""}

        path = f"/api/auth/api-keys/{made['id']}"
        assert fleet.call("DELETE", path, token=token).status_code == 204

        assert fleet.wait_for("token_invalid", made["key"]) == {"token_invalid"}


class TestKeyRotationInAFleet:
    def test_refuses_no_valid_token_and_accepts_no_retired_key(self, fleet, owner):
        former = jwt.get_unverified_header(owner["access_token"])["kid"]
        refresh, refused, kid = owner["refresh_token"], [], former
        fleet.manage("keys", "rotate")

        while kid == former:
            body = {"refresh_token": refresh}
            pair = fleet.call("POST", "/api/auth/refresh", json=body).json()
            refresh, token = pair["refresh_token"], pair["access_token"]
            kid = jwt.get_unverified_header(token)["kid"]
            refused += [found for found in fleet.codes(token).items() if found[1]]
        old_still_valid = set(fleet.codes(owner["access_token"]).values())
        fleet.manage("keys", "retire", former, "--urgent")

        assert refused == []
        assert old_still_valid == {""}
        assert fleet.wait_for("token_invalid", owner["access_token"]) == {"token_invalid"}
        assert set(fleet.codes(token).values()) == {""}
        assert "signs" in fleet.manage("keys", "list")
        assert "whole" in fleet.manage("audit", "verify")
