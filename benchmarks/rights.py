"""Measure how soon another slice refuses an ended session or role, and keys rotated under load."""

import statistics
import tempfile
import time
from pathlib import Path

from tests.journeys.fleets import SPLIT, SPLIT_OWN, fleet_with_databases
from tests.journeys.rights import Drill, Fleet

TRIES, DEVICES = 20, 4
SERVICE, ROUTE = "analytics", "/api/analytics/measures"


def main() -> None:
    """Measure in three slices on SQLite, analytics and ml with databases of their own."""
    with (
        tempfile.TemporaryDirectory() as name,
        fleet_with_databases(Path(name), SPLIT, own=SPLIT_OWN) as running,
    ):
        fleet = Fleet(*running)
        owner = fleet.register()
        member = fleet.join(owner, "manager")
        _print("sign-out", [_sign_out(fleet, member) for _ in range(TRIES)])
        _print("role change", [_change_role(fleet, owner, member) for _ in range(TRIES)])
        drill = Drill(fleet, owner, member, devices=DEVICES)
        drill.run()
        print(
            f"keys rotated under {DEVICES} devices: {drill.calls} calls,"
            f" {len(drill.refused)} valid tokens refused,"
            f" {len(drill.accepted)} tokens of the retired key accepted"
        )


def _sign_out(fleet: Fleet, member: dict) -> float:
    tokens = fleet.sign_in(member["user"]["email"])
    token = tokens["access_token"]
    _wait_until(fleet, token, is_refused=False)
    fleet.call("POST", "/api/auth/logout", token=token).raise_for_status()
    begun = time.perf_counter()
    _wait_until(fleet, token, is_refused=True)
    return time.perf_counter() - begun


def _change_role(fleet: Fleet, owner: dict, member: dict) -> float:
    tokens = fleet.sign_in(member["user"]["email"])
    me = fleet.call("GET", "/api/auth/me", token=tokens["access_token"]).json()
    role = {"role": "viewer" if me["role"] == "manager" else "manager"}
    fleet.call("PATCH", _path_of(member), token=owner["access_token"], json=role).raise_for_status()
    begun = time.perf_counter()
    _wait_until(fleet, tokens["access_token"], is_refused=True)
    return time.perf_counter() - begun


def _path_of(member: dict) -> str:
    return f"/api/organizations/members/{member['user']['id']}"


def _wait_until(fleet: Fleet, token: str, *, is_refused: bool) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        answer = fleet.call("GET", ROUTE, token=token, service=SERVICE)
        if (answer.status_code == 401) is is_refused:
            return
        time.sleep(0.002)
    raise RuntimeError(f"{SERVICE} answers {answer.status_code} after 10 s")


def _print(what: str, seconds: list[float]) -> None:
    print(
        f"{what:<14} refused by another slice: p50 {statistics.median(seconds) * 1e3:.0f} ms,"
        f" most {max(seconds) * 1e3:.0f} ms of {len(seconds)} (goal: 1000)"
    )
