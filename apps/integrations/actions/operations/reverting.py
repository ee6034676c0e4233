"""Taking an action back, while its value is still there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.integrations.actions import queries
from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations.carrying_out import is_ours, say_changed
from apps.integrations.actions.operations.requesting import (
    Ready,
    check_connection,
    keep_request,
    refuse_programs,
)
from apps.integrations.actions.operations.trying import read_target
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.contract import PlatformAction as Shown
from apps.integrations.exceptions import RevertRefusedError
from apps.integrations.platforms.actions import (
    ACTIVE,
    PAUSE,
    RESUME,
    SET_BUDGET,
    Change,
    State,
    Target,
)
from apps.integrations.platforms.telling import telling_callers
from omnify.idempotency import once


def revert_action(action_id: UUID, now: datetime) -> Shown:
    """Ask for what was before an action, once per idempotency key; a job carries it out.

    The platform is asked before, outside a transaction, whether the action's value is there still.

    Raises:
        ActionNotFoundError: the organization has no such action.
        RevertRefusedError: it was not done, long ago, or taken back; or the value is another now.
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: it cannot be read.
        OmnifyError: as ``request_action`` does.
    """
    refuse_programs()
    with once("integrations", "revert_action", action_id, Shown) as slot:
        if slot.is_done:
            return slot.given()
    action = _get_revertible(action_id, now)
    ready = _make_ready(action)
    with telling_callers(ready.connection.platform):
        found = read_target(ready, open_api(ready.connection))
    if not is_ours(action, found.state):
        raise RevertRefusedError(say_changed(action, found.state))
    with once("integrations", "revert_action", action_id, Shown) as slot:
        if not slot.is_done:
            _get_revertible(action_id, now)
            currency = action.currency
            slot.keep(queries.show_action(keep_request(ready, currency=currency, reverts=action)))
    return slot.given()


def _get_revertible(action_id: UUID, now: datetime) -> PlatformAction:
    action = queries.get_action(action_id)
    rule = queries.find_rule_against(action, now)
    if rule:
        raise RevertRefusedError(rule=rule)
    return action


def _make_ready(action: PlatformAction) -> Ready:
    connection = action.connection
    target = Target(level=action.level, id=action.target_id)
    change = _find_way_back(action, queries.to_state(action.before))
    accounts = queries.list_accounts(connection, target)
    return Ready(connection, check_connection(connection), accounts, target, change)


def _find_way_back(action: PlatformAction, before: State) -> Change:
    if action.action == SET_BUDGET:
        return Change(action=SET_BUDGET, budget_micros=before.budget_micros)
    return Change(action=RESUME if before.status == ACTIVE else PAUSE)
