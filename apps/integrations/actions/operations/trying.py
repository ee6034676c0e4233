"""Trying an action dry: the platform is read, asked where it has a way to, and not changed."""

from __future__ import annotations

from msgspec.structs import replace

from apps.integrations.actions.messages import ActionPreview
from apps.integrations.actions.operations.requesting import Ready, prepare, refuse_programs
from apps.integrations.actions.queries import show_state
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.contract import ActionProblem, ActionRequest
from apps.integrations.exceptions import ActionInvalidError, TargetNotFoundError
from apps.integrations.platforms.actions import SET_BUDGET, STATUSES, Change, Found, State
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.telling import telling_callers


def try_action(wanted: ActionRequest) -> ActionPreview:
    """Tell what an action would change, and change nothing.

    Raises:
        TargetNotFoundError: no account that is read has the target.
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: the platform says no, or
            nothing.
        OmnifyError: as ``request_action`` does.
    """
    refuse_programs()
    ready = prepare(wanted)
    with telling_callers(ready.connection.platform):
        api = open_api(ready.connection)
        found = read_target(ready, api)
        obstacle = found.obstacles.get(wanted.action)
        if obstacle is None:
            refuse_currency(found, wanted.currency or "")
            ready.actor.validate(api, found, ready.change)
    if obstacle is not None:
        return ActionPreview(
            status="not_supported",
            before=show_state(found.state),
            after=None,
            error=ActionProblem(code=obstacle.code, message=obstacle.words),
        )
    after = foresee(found.state, ready.change)
    return ActionPreview(status="possible", before=show_state(found.state), after=show_state(after))


def read_target(ready: Ready, api: Api) -> Found:
    """Return how a target is now.

    Raises:
        TargetNotFoundError: no account that is read has it.
        PlatformError: it cannot be read.
    """
    found = ready.actor.find(api, ready.accounts, ready.target)
    if found is None:
        raise TargetNotFoundError(level=ready.target.level, id=ready.target.id)
    return found


def refuse_currency(found: Found, currency: str) -> None:
    """Refuse money of another currency than the account has now.

    Raises:
        ActionInvalidError: it has another one.
    """
    own = found.state.currency
    if currency and currency != own:
        words = f"The account {found.account.id} has {own or 'no known currency'}, not {currency}."
        raise ActionInvalidError(words, errors=[{"field": "currency", "message": words}])


def foresee(state: State, change: Change) -> State:
    """Return how a target is after a change."""
    if change.action == SET_BUDGET:
        return replace(state, budget_micros=change.budget_micros)
    return replace(state, status=STATUSES[change.action])
