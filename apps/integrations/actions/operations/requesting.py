"""Asking for an action: what can be said of it before its platform is asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.queries import find_under_way, list_accounts, show_action
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import get_connection
from apps.integrations.contract import ActionRequest
from apps.integrations.contract import PlatformAction as Shown
from apps.integrations.exceptions import (
    ActionInvalidError,
    ActionUnderWayError,
    ActionUnsupportedError,
    ConnectionExpiredError,
    ConnectionPausedError,
    NothingToSyncError,
    PersonRequiredError,
)
from apps.integrations.platforms.actions import SET_BUDGET, Actor, Change, Target
from apps.integrations.platforms.registry import find_actor, get_adapter
from apps.integrations.platforms.rows import Account
from omnify.context import PrincipalKind, current
from omnify.db import atomic
from omnify.idempotency import once
from omnify.identity.audit import Target as Audited
from omnify.identity.audit import record_audit
from omnify.identity.permissions import refuse_unless_allowed
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.money import LARGEST_MICROS, from_micros, to_micros

PERMISSION: Final = "campaign:publish"
_AGGREGATOR: Final = (
    "it only reports what other connections do; act through the one of the platform that runs it,"
    " such as google_ads for youtube_ads"
)
_NOT_FROM_HERE: Final = "change it at the platform"
_LARGEST: Final = from_micros(LARGEST_MICROS)


class CarryOutAction(JobInput):
    """Do what was asked for."""

    kind = "integrations.carry_out_action"

    action_id: UUID


class Ready(NamedTuple):
    """What is known of an action that may be asked of its platform."""

    connection: Connection
    actor: Actor
    accounts: list[Account]
    target: Target
    change: Change


def request_action(wanted: ActionRequest) -> Shown:
    """Ask for an action, once per idempotency key; a job carries it out.

    Raises:
        PersonRequiredError, MissingPermissionError: the user may not, or is an API key.
        ConnectionNotFoundError: the organization has no connection with this id.
        ConnectionPausedError, ConnectionExpiredError, NothingToSyncError,
            ActionUnsupportedError: nothing can be done through it now.
        ActionInvalidError: the platform has no such level or money; ``errors`` says which.
        ActionUnderWayError: another action on the target has not ended.
    """
    refuse_programs()
    with once("integrations", "request_action", wanted, Shown) as slot:
        if not slot.is_done:
            ready = prepare(wanted)
            slot.keep(show_action(keep_request(ready, currency=wanted.currency or "")))
    return slot.given()


def refuse_programs() -> None:
    """Refuse whoever is no person who may publish; a service that acts for itself has asked one.

    Raises:
        PersonRequiredError, MissingPermissionError: the caller may not.
    """
    principal = current().principal
    if principal.kind is PrincipalKind.SERVICE:
        return
    if principal.api_key_id is not None:
        raise PersonRequiredError
    refuse_unless_allowed(principal, PERMISSION)


def prepare(wanted: ActionRequest) -> Ready:
    """Return what can be asked of the platform; raises as ``request_action`` does."""
    connection = get_connection(wanted.connection_id)
    actor = check_connection(connection)
    target = Target(level=wanted.target.level, id=wanted.target.id)
    accounts = list_accounts(connection, target)
    if not accounts:
        raise NothingToSyncError(name=connection.name)
    problems = [
        {"field": field, "message": message}
        for field, message in _find_problems(wanted, actor, accounts)
    ]
    if problems:
        raise ActionInvalidError(errors=problems)
    micros = None if wanted.amount is None else to_micros(wanted.amount)
    return Ready(
        connection, actor, accounts, target, Change(action=wanted.action, budget_micros=micros)
    )


def check_connection(connection: Connection) -> Actor:
    """Return who acts on a connection's platform; raises as ``request_action`` does."""
    if connection.role == Connection.Role.AGGREGATOR:
        raise ActionUnsupportedError(name=connection.name, reason=_AGGREGATOR)
    actor = find_actor(connection.platform)
    if actor is None:
        raise ActionUnsupportedError(name=connection.name, reason=_NOT_FROM_HERE)
    refuse_idle(connection)
    return actor


def refuse_idle(connection: Connection) -> None:
    """Refuse a connection that is not used now, or whose consent has ended.

    Raises:
        ConnectionPausedError, ConnectionExpiredError: it is.
    """
    if connection.disconnected_at or connection.paused_at:
        state = "disconnected" if connection.disconnected_at else "paused"
        raise ConnectionPausedError(name=connection.name, state=state)
    credential: Credential | None = getattr(connection, "credential", None)
    if credential is None or credential.ended_at is not None:
        name = get_adapter(connection.platform).spec.name
        raise ConnectionExpiredError(name=name, words="")


def keep_request(
    ready: Ready, *, currency: str, reverts: PlatformAction | None = None
) -> PlatformAction:
    """Keep an action and request its job, in the caller's transaction.

    Raises:
        ActionUnderWayError: another action on the target has not ended.
    """
    connection, target = ready.connection, ready.target
    with atomic("integrations"):
        Connection.objects.select_for_update().get(id=connection.id)
        other = find_under_way(connection, target)
        if other is not None:
            raise ActionUnderWayError(action_id=other.id)
        row = PlatformAction(
            connection=connection,
            action=ready.change.action,
            level=target.level,
            target_id=target.id,
            budget_micros=ready.change.budget_micros,
            currency=currency,
            reverts=reverts,
            requested_by=current().principal.user_id,
        )
        row.save()
        row.job_id = request_job(CarryOutAction(action_id=row.id))
        row.save(update_fields=["job_id"])
        record_audit(
            "integrations",
            "integrations.action.requested",
            target=Audited(type=row.level, id=row.target_id),
            **audited(row),
        )
    return row


def audited(row: PlatformAction) -> dict[str, Any]:
    """Return what the audit ledger keeps of an action."""
    shown = show_action(row)
    money = {"amount": f"{shown.amount} {shown.currency}"} if shown.amount else {}
    return {"action_id": row.id, "connection_id": row.connection_id, "kind": row.action, **money}


def _find_problems(
    wanted: ActionRequest, actor: Actor, accounts: list[Account]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an action's target and money, by field."""
    if wanted.target.level not in actor.levels:
        yield "target", f"The platform has no such level; it has {' and '.join(actor.levels)}."
    amount, currency = wanted.amount, wanted.currency
    if wanted.action != SET_BUDGET:
        for field, value in (("amount", amount), ("currency", currency)):
            if value is not None:
                yield field, f"To {wanted.action} takes no money; leave it out."
        return
    if amount is None:
        yield "amount", "Say the budget of a day."
    if currency is None:
        yield "currency", "Say the currency of the amount, which is the account's."
        return
    known = {each.currency for each in accounts if each.currency}
    unit = actor.units.get(currency)
    if unit is None:
        yield "currency", f"How the platform takes {currency} is unknown; set it there."
    elif known and currency not in known:
        yield "currency", f"The account's money is {' or '.join(sorted(known))}, not {currency}."
    elif amount is not None and (problem := _find_amount_problem(amount, currency, unit)):
        yield "amount", problem


def _find_amount_problem(amount: Decimal, currency: str, unit: int) -> str:
    if not amount.is_finite() or not 0 < amount <= _LARGEST:
        return "It has to be more than nothing, and no more than can be kept."
    micros = to_micros(amount)
    if from_micros(micros) != amount or micros % unit:
        return (
            f"{amount} is finer than the platform takes {currency}: steps of {from_micros(unit)}."
        )
    return ""
