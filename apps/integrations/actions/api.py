"""Actions over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from apps.integrations.actions import messages, queries
from apps.integrations.actions.operations.requesting import PERMISSION, request_action
from apps.integrations.actions.operations.reverting import revert_action
from apps.integrations.actions.operations.triggering import start, try_trigger
from apps.integrations.actions.operations.trying import try_action
from apps.integrations.contract import PlatformAction
from apps.integrations.platforms.hubspot.triggering import TRIGGER as WORKFLOWS
from apps.integrations.platforms.klaviyo.triggering import TRIGGER as FLOWS
from apps.integrations.platforms.triggers import Trigger
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView

_PERSON: Final = " A person who is signed in asks; API keys and agents propose in analytics."
_SENT_ONCE: Final = (
    "It is sent once, and cannot be taken back; where the platform's answer is lost, the action is"
    " `unknown`. The contact's address and the properties are passed through and kept nowhere."
    + _PERSON
)
_TRIGGERED: Final = {202: PlatformAction, 200: messages.TriggerPreview}


class _AskingView(ServiceView):
    """A view whose operation keeps its answer itself, since the platform is asked meanwhile."""

    keeps_answers: ClassVar = False


class ActionListView(_AskingView):
    @route("integration:view", summary="List actions on platforms, the newest first")
    def get(self, query: messages.ActionsFilter) -> Page[PlatformAction]:
        rows = queries.list_actions(query.connection_id)
        return self.page(rows, PlatformAction, convert=queries.show_action)

    @route(
        PERMISSION,
        summary="Set a budget, pause or resume at a platform",
        description="It is read, changed once and read back; what was there before is kept for"
        " seven days' way back. `dry_run` only tells what would be, with 200." + _PERSON,
        answers={202: PlatformAction, 200: messages.ActionPreview},
    )
    def post(self, wanted: messages.ActionInput) -> Answer | messages.ActionPreview:
        return try_action(wanted) if wanted.dry_run else _accepted(request_action(wanted))


class ActionView(ServiceView):
    @route("integration:view", summary="Get an action on a platform")
    def get(self, action_id: UUID) -> PlatformAction:
        return queries.show_action(queries.get_action(action_id))


class RevertActionView(_AskingView):
    @route(
        PERMISSION,
        summary="Take an action on a platform back",
        description="Within seven days, and only while its value is there still: else the refusal"
        " says which value is there now. It is an action of its own." + _PERSON,
        answers={202: PlatformAction},
    )
    def post(self, action_id: UUID) -> Answer:
        return _accepted(revert_action(action_id, self.now))


class TriggerWorkflowsView(_AskingView):
    @route(
        PERMISSION,
        summary="Start the HubSpot workflows that wait for an event",
        description=_SENT_ONCE,
        answers=_TRIGGERED,
    )
    def post(self, wanted: messages.WorkflowTrigger) -> Answer | messages.TriggerPreview:
        return _start(WORKFLOWS, wanted, self.now)


class TriggerFlowsView(_AskingView):
    @route(
        PERMISSION,
        summary="Start the Klaviyo flows that wait for a metric",
        description=_SENT_ONCE,
        answers=_TRIGGERED,
    )
    def post(self, wanted: messages.FlowTrigger) -> Answer | messages.TriggerPreview:
        return _start(FLOWS, wanted, self.now)


def _start(
    trigger: Trigger, wanted: messages.TriggerInput, now: datetime
) -> Answer | messages.TriggerPreview:
    if wanted.dry_run:
        return try_trigger(trigger, wanted)
    return _accepted(start(trigger, wanted, now))


def _accepted(action: PlatformAction) -> Answer:
    return Answer(202, action, {"Location": f"/api/integrations/actions/{action.id}"})
