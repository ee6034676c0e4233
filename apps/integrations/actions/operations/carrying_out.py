"""Carrying an action out: read, write once, read back; a lost answer is only looked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from apps.integrations.actions import queries
from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations.requesting import Ready, audited, check_connection
from apps.integrations.actions.operations.trying import read_target, refuse_currency
from apps.integrations.calling.operations.asking import Clock
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.contract import ActionExecuted
from apps.integrations.platforms.actions import SET_BUDGET, Change, Found, Obstacle, State, Target
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    MalformedError,
    PlatformError,
    TooMuchError,
    UnreachableError,
)
from apps.integrations.platforms.registry import find_actor
from omnify.context import Context, use
from omnify.db import atomic
from omnify.events import publish
from omnify.exceptions import OmnifyError
from omnify.identity.audit import Target as Audited
from omnify.identity.audit import record_audit
from omnify.jobs import JobInput

Status = PlatformAction.Status
#: After these nobody knows whether the platform did what it was asked.
LOST: Final = (UnreachableError, MalformedError, TooMuchError, IncompleteError)
#: Seconds before each look for what became of a write: platforms take a moment to show it.
_LOOKS: Final = (0, 2, 5)
#: So long the request of another sender may be under way, who may be alive.
_IN_FLIGHT: Final = timedelta(seconds=90)
_LONGEST_WORDS: Final = 500


class EndLeftActions(JobInput):
    """End actions whose job ended without ending them."""

    kind = "integrations.end_left_actions"


class Ending(NamedTuple):
    """How an action ended, and why it did not end well."""

    status: Status
    code: str = ""
    words: str = ""
    request_id: str = ""
    after: State | None = None


def carry_out(action_id: UUID, *, now: datetime, clock: Clock | None = None) -> None:
    """Do what was asked for, and keep how it ended; what has ended is not done again."""
    action = queries.get_action(action_id)
    if action.status == Status.QUEUED:
        end_action(action, _try(action, now, clock), now)


def end_action(action: PlatformAction, ending: Ending, now: datetime) -> None:
    """Keep how an action ended and tell of it, unless it has ended already."""
    with atomic("integrations"):
        waiting = PlatformAction.objects.filter(id=action.id, finished_at=None)
        if not waiting.update(
            status=ending.status,
            error_code=ending.code,
            error_words=ending.words[:_LONGEST_WORDS],
            request_id=ending.request_id,
            after=msgspec.to_builtins(ending.after) if ending.after else None,
            finished_at=now,
        ):
            return
        publish(
            ActionExecuted(
                organization_id=action.organization_id,
                connection_id=action.connection_id,
                action_id=action.id,
                action=action.action,
                level=action.level,
                target_id=action.target_id,
                status=ending.status.value,
                reverts=action.reverts_id,
            )
        )
        record_audit(
            "integrations",
            "integrations.action.executed",
            target=Audited(type=action.level, id=action.target_id),
            outcome=ending.status.value,
            **audited(action),
        )


def end_left(now: datetime) -> int:
    """End actions, of all organizations, whose job ended without ending them; return how many."""
    left = list(queries.list_left(now))
    for action in left:
        status = Status.UNKNOWN if action.sent_at else Status.FAILED
        words = "Its job ended before it did; look at the platform before you ask again."
        with use(Context(organization_id=action.organization_id)):
            end_action(action, Ending(status, "job_ended", words), now)
    return len(left)


def _try(action: PlatformAction, now: datetime, clock: Clock | None) -> Ending:
    """Return how an action ended; whatever is raised after it was sent leaves it unknown."""
    try:
        return _act(action, now, clock)
    except PlatformError as error:
        found = (error.code, error.words, error.request_id)
    except OmnifyError as error:
        found = (error.code, error.detail, "")
    return Ending(Status.UNKNOWN if action.sent_at else Status.FAILED, *found)


def _act(action: PlatformAction, now: datetime, clock: Clock | None) -> Ending:
    ready = _make_ready(action)
    api = open_api(action.connection, clock=clock)
    if action.sent_at is not None:
        # Whoever sent it died before the answer, or waits for it still.
        api.wait(max(0.0, (action.sent_at + _IN_FLIGHT - now).total_seconds()))
        return _look(action, ready, api, None)
    found = read_target(ready, api)
    refusal = _find_refusal(action, found)
    if refusal is not None or ready.change.is_in(found.state):
        _note(action, found)
        return refusal or Ending(Status.DONE, after=found.state)
    if not _note(action, found, sent_at=now):
        api.wait(_IN_FLIGHT.total_seconds())
        return _look(action, ready, api, None)
    try:
        ready.actor.apply(api, found, ready.change)
    except LOST as lost:
        return _look(action, ready, api, lost)
    except PlatformError as error:
        return tell_refused(error)._replace(after=found.state)
    return _look(action, ready, api, None, was_taken=True)


def tell_refused(error: PlatformError) -> Ending:
    """Return that the platform did not do it, and why."""
    words = error.words
    if isinstance(error, AccessLostError):
        words += " It may lack the right to change: reconnect, and allow that too."
    return Ending(Status.FAILED, error.code, words, error.request_id)


def _make_ready(action: PlatformAction) -> Ready:
    """Return what is asked of the platform; what was sent is looked for whatever came since."""
    connection = action.connection
    actor = find_actor(connection.platform) if action.sent_at else check_connection(connection)
    if actor is None:
        actor = check_connection(connection)
    target = Target(level=action.level, id=action.target_id)
    change = Change(action=action.action, budget_micros=action.budget_micros)
    return Ready(connection, actor, queries.list_accounts(connection, target), target, change)


def _find_refusal(action: PlatformAction, found: Found) -> Ending | None:
    """Return why an action is not sent, None if it is.

    Raises:
        ActionInvalidError: the account has another currency now.
    """
    obstacle: Obstacle | None = found.obstacles.get(action.action)
    if obstacle is not None:
        return Ending(Status.NOT_SUPPORTED, obstacle.code, obstacle.words, after=found.state)
    refuse_currency(found, action.currency)
    if action.reverts is not None and not is_ours(action.reverts, found.state):
        words = say_changed(action.reverts, found.state)
        return Ending(Status.FAILED, "value_changed", words, after=found.state)
    return None


def is_ours(action: PlatformAction, state: State) -> bool:
    """Tell whether a target has still what an action gave it."""
    budget = action.budget_micros
    return Change(action=action.action, budget_micros=budget).is_in(state)


def say_changed(action: PlatformAction, state: State) -> str:
    """Return that a target has another value than an action gave it, with the value."""
    return f"Somebody changed it since: it is {say(action.action, state)} now, and stays so."


def say(kind: str, state: State) -> str:
    """Return what an action changes of a target, in words."""
    if kind != SET_BUDGET:
        return state.status
    shown = queries.show_state(state)
    return f"{shown.amount or 'without a budget of its own'} {shown.currency}".strip()


def _note(action: PlatformAction, found: Found, *, sent_at: datetime | None = None) -> bool:
    """Keep what was read before anything is sent; tell whether nobody else has sent it."""
    action.before, action.account = msgspec.to_builtins(found.state), found.account.id
    rows = PlatformAction.objects.filter(id=action.id, status=Status.QUEUED, sent_at=None)
    with atomic("integrations"):
        is_first = rows.update(before=action.before, account=action.account, sent_at=sent_at)
    action.sent_at = sent_at or action.sent_at
    return bool(is_first)


def _look(
    action: PlatformAction,
    ready: Ready,
    api: Api,
    lost: PlatformError | None,
    *,
    was_taken: bool = False,
) -> Ending:
    """Look a few times for what became of a write; return how it ended.

    Raises:
        PlatformError, OmnifyError: it cannot be read, so that nobody knows.
    """
    for seconds in _LOOKS:
        if seconds:
            api.wait(seconds)
        state = read_target(ready, api).state
        if ready.change.is_in(state):
            return Ending(Status.DONE, after=state)
    there = say(action.action, state)
    request_id = lost.request_id if lost else ""
    is_unchanged = there == say(action.action, queries.to_state(action.before))
    if is_unchanged and not was_taken:
        words = f"The platform gave no answer, and did not do it: it is {there} still."
        return Ending(Status.FAILED, "not_carried_out", words, request_id, state)
    words = f"It was sent, and what was asked for is not there: it is {there}."
    return Ending(Status.UNKNOWN, "value_differs", words, request_id, state)
