"""Onboarding's part: the wizard, two steps of which look at other services."""

from __future__ import annotations

from apps.onboarding.contract import Onboarding
from omnify.context import Principal
from tests.layouts.visitor import Call, Visitor

COMPANY = {"company_name": "Journey", "industry": "retail", "company_size": "11-50"}
STEPS = "/api/onboarding/steps"


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


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    return ((Onboarding, "get_progress"),)
