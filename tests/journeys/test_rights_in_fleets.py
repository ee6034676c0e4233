"""Rights and keys in a fleet of singles: what ends, ends everywhere, and nothing else does."""

import pytest

from tests.journeys.fleets import MICROSERVICES
from tests.journeys.rights import Drill, Fleet, kid_of

ROLE = {"name": "Reader", "permissions": ["analytics:view", "integration:view", "agent:view"]}


@pytest.fixture
def fleet(fleets):
    return Fleet(*fleets.run(MICROSERVICES, own=("analytics",)))


@pytest.fixture
def owner(fleet):
    return fleet.register()


class TestRightsInAFleet:
    def test_of_a_former_role_are_refused_in_every_slice(self, fleet, owner):
        member = fleet.join(owner, "manager")
        assert set(fleet.codes(member["access_token"]).values()) == {""}

        user_id = member["user"]["id"]
        path = f"/api/organizations/members/{user_id}"
        changed = fleet.call("PATCH", path, token=owner["access_token"], json={"role": "viewer"})
        refused = fleet.wait_for("rights_changed", member["access_token"])
        fresh = fleet.refresh(member)["access_token"]

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
        drill = Drill(fleet, owner, fleet.join(owner, "manager"), devices=3)
        tokens = drill.run()

        assert drill.refused == []
        assert drill.accepted == []
        assert drill.calls >= 3 * 2 * len(MICROSERVICES)
        assert {kid_of({"access_token": token}) for token in tokens} != {drill.former}
        assert set(fleet.codes(tokens[0]).values()) == {""}
        assert "signs" in fleet.manage("keys", "list")
        assert "whole" in fleet.manage("audit", "verify")
