"""The organization's actions on platforms, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from apps.integrations.accounts.queries import list_chosen, to_account
from apps.integrations.actions.models import COUNTING, PlatformAction
from apps.integrations.connections.models import Connection
from apps.integrations.contract import ActionProblem, ActionSubject, TargetState
from apps.integrations.contract import PlatformAction as Shown
from apps.integrations.exceptions import ActionNotFoundError
from apps.integrations.metrics.models import DailyMetric, Entity
from apps.integrations.platforms.actions import SET_BUDGET, STATUSES, State, Target
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.triggers import TRIGGER
from omnify.jobs.models import Job
from omnify.money import format_fixed, format_money, from_micros, minor_digits
from omnify.services.messages import as_message

#: How long an action can be taken back.
REVERTED_WITHIN: Final = timedelta(days=7)
#: A job that ended so long ago has told its action.
_GRACE: Final = timedelta(minutes=5)
_EXACT_DIGITS: Final = 6
#: So many targets are offered.
_MOST_TARGETS: Final = 1000


def list_actions(connection_id: UUID | None = None) -> QuerySet[PlatformAction]:
    """Return actions, newest first."""
    rows = PlatformAction.objects.all()
    return rows if connection_id is None else rows.filter(connection_id=connection_id)


def get_action(action_id: UUID) -> PlatformAction:
    """Return an action of the organization.

    Raises:
        ActionNotFoundError: there is none with this id.
    """
    rows = PlatformAction.objects.select_related("connection__credential", "reverts")
    return rows.get_or_refuse(ActionNotFoundError(action_id=action_id), id=action_id)


def find_under_way(connection: Connection, target: Target) -> PlatformAction | None:
    """Return the action on a target that has not ended, None if there is none."""
    rows = PlatformAction.objects.filter(connection=connection, level=target.level)
    return rows.filter(target_id=target.id, status=PlatformAction.Status.QUEUED).first()


def find_reversal(action: PlatformAction) -> PlatformAction | None:
    """Return the action that takes another back, or may have; None if there is none."""
    return PlatformAction.objects.filter(reverts=action, status__in=COUNTING).first()


def is_revertible(action: PlatformAction, now: datetime) -> bool:
    """Tell whether an action can be taken back still, if its value is there still."""
    return find_rule_against(action, now) == ""


def find_rule_against(action: PlatformAction, now: datetime) -> str:
    """Return why an action cannot be taken back, whatever the platform says; empty if it can."""
    return next(_list_rules_against(action, now), "")


def _list_rules_against(action: PlatformAction, now: datetime) -> Iterator[str]:
    if action.status != PlatformAction.Status.DONE or action.finished_at is None:
        yield f"it is {action.status}, and only what was done can be taken back"
        return
    if action.action == TRIGGER:
        yield "what it started at the platform goes on there; stop it there"
        return
    if action.reverts_id is not None:
        yield "it takes another action back itself; ask for the change anew"
    if now > action.finished_at + REVERTED_WITHIN:
        yield f"it was done on {action.finished_at:%d %B %Y}, more than 7 days ago"
    if action.before == action.after:
        yield "it changed nothing"
    status = to_state(action.before).status
    if action.action != SET_BUDGET and status not in STATUSES.values():
        yield f"before it the status was {status}, which cannot be set again"
    if find_reversal(action) is not None:
        yield "it was taken back already, or is just being so"


def list_left(now: datetime) -> QuerySet[PlatformAction]:
    """Return actions, of all organizations, that say that they wait and have no job any more."""
    over = Job.objects.filter(finished_at__lt=now - _GRACE, id=OuterRef("job_id"))
    return PlatformAction.unscoped.filter(Exists(over), status=PlatformAction.Status.QUEUED)


def list_accounts(connection: Connection, target: Target) -> list[Account]:
    """Return the chosen accounts of a connection, that which has a target first if it is known."""
    rows = DailyMetric.objects.filter(
        connection=connection, level=target.level, entity_key=target.id, until__isnull=True
    )
    known = rows.values_list("platform_account_id", flat=True).first()
    chosen = sorted(list_chosen(connection), key=lambda row: row.id != known)
    return [to_account(row) for row in chosen]


def list_targets(connection: Connection, levels: tuple[str, ...]) -> list[Entity]:
    """Return what a connection's chosen accounts have, in the order of levels; the latest alone."""
    rows = Entity.objects.filter(connection=connection, level__in=levels)
    chosen = rows.filter(platform_account__is_chosen=True).select_related("platform_account")
    latest = chosen.order_by("-last_date", "name", "id")[:_MOST_TARGETS]
    return sorted(latest, key=lambda each: levels.index(each.level))


def to_state(kept: Any) -> State:
    """Return a target's state as a row keeps it."""
    return msgspec.convert(kept, State)


def show_action(row: PlatformAction) -> Shown:
    """Return an action as the API and other services see it."""
    problem = ActionProblem(code=row.error_code, message=row.error_words, request_id=row.request_id)
    budget = row.budget_micros
    return as_message(
        Shown,
        row,
        target=ActionSubject(level=row.level, id=row.target_id),
        amount=None if budget is None else write_amount(budget, row.currency),
        currency=row.currency or None,
        before=show_state(to_state(row.before)) if row.before else None,
        after=show_state(to_state(row.after)) if row.after else None,
        error=problem if row.error_code else None,
        reverts=row.reverts_id,
    )


def show_state(state: State) -> TargetState:
    """Return a target's state in the words of the API."""
    budget = state.budget_micros
    amount = None if budget is None else write_amount(budget, state.currency)
    return TargetState(status=state.status, amount=amount, currency=state.currency)


def write_amount(micros: int, currency: str) -> str:
    """Return an exact amount, in minor units where it has no finer part."""
    value = from_micros(micros)
    if micros % 10 ** (_EXACT_DIGITS - minor_digits(currency)):
        return format_fixed(value, _EXACT_DIGITS)
    return format_money(value, currency)


def has_left(now: datetime) -> bool:
    """Tell whether there are actions whose job ended without ending them."""
    return list_left(now).exists()
