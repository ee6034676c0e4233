"""The words and chips by which pages tell of actions; amounts in the account's currency."""

from __future__ import annotations

from typing import Final

from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.queries import to_state
from apps.integrations.metrics.models import Entity
from apps.integrations.platforms.actions import SET_BUDGET, State
from apps.integrations.platforms.triggers import EVENT, TRIGGER
from omnify.money import from_micros
from omnify.names import isolate
from omnify.pages.numbers import money
from omnify.pages.parts import Chip

Status = PlatformAction.Status
CHIPS: Final = {
    Status.QUEUED: Chip(state="waiting", text="Begins soon"),
    Status.DONE: Chip(state="done", text="Done"),
    Status.FAILED: Chip(state="failed", text="Failed"),
    Status.UNKNOWN: Chip(state="needs", text="Unknown: look there"),
    Status.NOT_SUPPORTED: Chip(state="failed", text="Not supported"),
}
KINDS: Final = {
    SET_BUDGET: "Set the budget",
    "pause": "Pause",
    "resume": "Resume",
    TRIGGER: "Trigger",
}
_LEVELS: Final = {"campaign": "campaign", "ad_group": "ad group", "ad": "ad", EVENT: "event"}


def say_kind(action: PlatformAction) -> str:
    """Return what was asked for."""
    words = KINDS[action.action]
    return f"{words} (taking back)" if action.reverts_id else words


def say_target(action: PlatformAction) -> str:
    """Return what it is about."""
    return f"{_LEVELS[action.level]} {action.target_id}"


def say_entity(entity: Entity) -> str:
    """Return what a campaign, ad group or ad is called, with its level and the platform's id."""
    level = _LEVELS[entity.level].capitalize()
    name = f" {isolate(entity.name)}" if entity.name else ""
    return f"{level}{name} ({entity.external_id})"


def say_wanted(action: PlatformAction) -> str:
    """Return what a target is to have."""
    if action.action == SET_BUDGET:
        return say_budget(action.budget_micros, action.currency)
    return {"pause": "paused", "resume": "active", TRIGGER: "sent once"}[action.action]


def say_value(action: PlatformAction, kept: object) -> str:
    """Return what a kept state has of that which an action changes; empty where none is kept."""
    return say_state(action, to_state(kept)) if kept else ""


def say_state(action: PlatformAction, state: State) -> str:
    """Return what a state has of that which an action changes."""
    if action.action == SET_BUDGET:
        return say_budget(state.budget_micros, state.currency)
    return state.status


def say_budget(micros: int | None, currency: str) -> str:
    """Return a budget of a day with its currency's code."""
    if micros is None:
        return "no budget of its own"
    return f"{money(from_micros(micros), currency)} ({currency}) a day"
