"""Starting workflows and flows: an event is sent once, within the request that asks for it.

No job does it, since a job would have to keep the contact's address. The row says ``unknown``
from before the event is sent until the platform has answered.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from apps.integrations.actions.messages import TriggerInput, TriggerPreview
from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations.carrying_out import (
    LOST,
    Ending,
    Status,
    end_action,
    tell_refused,
)
from apps.integrations.actions.operations.requesting import audited, refuse_idle, refuse_programs
from apps.integrations.actions.queries import get_action, show_action
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import pick_connection
from apps.integrations.contract import PlatformAction as Shown
from apps.integrations.exceptions import ActionUnsupportedError
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.redaction import redact_text
from apps.integrations.platforms.refusals import PlatformError
from apps.integrations.platforms.triggers import EVENT, TRIGGER, Occurrence, Trigger
from omnify.context import current
from omnify.exceptions import OmnifyError
from omnify.idempotency import once
from omnify.identity.audit import Target, record_audit

_UNANSWERED: Final = "The platform's answer is not here; look there before you ask again."


def try_trigger(trigger: Trigger, wanted: TriggerInput) -> TriggerPreview:
    """Tell that an event can be sent, and send nothing; raises as ``start`` does."""
    refuse_programs()
    connection = _pick_ready(trigger, wanted)
    return TriggerPreview(status="possible", connection_id=connection.id, event=wanted.event)


def start(trigger: Trigger, wanted: TriggerInput, now: datetime) -> Shown:
    """Send an event, once per idempotency key; how that ended is part of the answer.

    Raises:
        PersonRequiredError, MissingPermissionError: the user may not, or is an API key.
        ConnectionNotFoundError, PlatformNotConnectedError, ConnectionAmbiguousError,
            ConnectionPausedError, ConnectionExpiredError: no connection can be used.
        ActionUnsupportedError: who connected it did not grant what is needed.
    """
    refuse_programs()
    row = None
    with once("integrations", f"trigger:{trigger.platform}", wanted, Shown) as slot:
        if not slot.is_done:
            row = _keep(_pick_ready(trigger, wanted), wanted.event, now)
            slot.keep(show_action(row))
    if row is not None:
        api = open_api(row.connection, keeps_answers=False)
        end_action(row, _send(trigger, api, _describe(row, wanted)), api.now)
    return show_action(get_action(slot.given().id))


def _pick_ready(trigger: Trigger, wanted: TriggerInput) -> Connection:
    connection = pick_connection(trigger.platform, wanted.connection_id)
    refuse_idle(connection)
    # Keys have rights of which nothing is known here; the platform refuses them.
    if connection.scopes and trigger.scope not in connection.scopes:
        reason = f"it was not granted '{trigger.scope}'; reconnect it, and allow that too"
        raise ActionUnsupportedError(name=connection.name, reason=reason)
    return connection


def _keep(connection: Connection, event: str, now: datetime) -> PlatformAction:
    row = PlatformAction.objects.create(
        connection=connection,
        account=connection.external_id,
        action=TRIGGER,
        level=EVENT,
        target_id=event,
        status=Status.UNKNOWN,
        error_code="unanswered",
        error_words=_UNANSWERED,
        requested_by=current().principal.user_id,
        sent_at=now,
    )
    record_audit(
        "integrations",
        "integrations.action.requested",
        target=Target(type=row.level, id=row.target_id),
        **audited(row),
    )
    return row


def _describe(row: PlatformAction, wanted: TriggerInput) -> Occurrence:
    return Occurrence(
        id=str(row.id), event=wanted.event, email=wanted.email, properties=wanted.properties
    )


def _send(trigger: Trigger, api: Api, occurrence: Occurrence) -> Ending:
    """Return how it ended; a platform that repeats the contact's address in an error is not."""
    try:
        trigger.send(api, occurrence)
    except LOST as lost:
        words = f"{redact_text(lost.words)} {_UNANSWERED}"
        return Ending(Status.UNKNOWN, lost.code, words, lost.request_id)
    except PlatformError as error:
        refused = tell_refused(error)
        return refused._replace(words=redact_text(refused.words))
    except OmnifyError as error:
        return Ending(Status.FAILED, error.code, redact_text(error.detail))
    return Ending(Status.DONE)
