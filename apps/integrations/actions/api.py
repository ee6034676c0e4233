"""Actions over HTTP."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from apps.integrations.actions import queries
from apps.integrations.actions.messages import ActionInput, ActionPreview, ActionsFilter
from apps.integrations.actions.operations.requesting import PERMISSION, request_action
from apps.integrations.actions.operations.reverting import revert_action
from apps.integrations.actions.operations.trying import try_action
from apps.integrations.contract import PlatformAction
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView

_PERSON: Final = " A person who is signed in asks; API keys and agents propose in analytics."


class ActionListView(ServiceView):
    """Actions of the organization."""

    #: A dry run asks the platform, and what is asked for keeps its answer itself.
    keeps_answers: ClassVar = False

    @route("integration:view", summary="List actions on platforms, the newest first")
    def get(self, query: ActionsFilter) -> Page[PlatformAction]:
        rows = queries.list_actions(query.connection_id)
        return self.page(rows, PlatformAction, convert=queries.show_action)

    @route(
        PERMISSION,
        summary="Set a budget, pause or resume at a platform",
        description="It is read, changed once and read back; what was there before is kept for"
        " seven days' way back. `dry_run` only tells what would be, with 200." + _PERSON,
        answers={202: PlatformAction, 200: ActionPreview},
    )
    def post(self, wanted: ActionInput) -> Answer:
        if wanted.dry_run:
            return Answer(200, try_action(wanted))
        return _accepted(request_action(wanted))


class ActionView(ServiceView):
    """One action."""

    @route("integration:view", summary="Get an action on a platform")
    def get(self, action_id: UUID) -> PlatformAction:
        return queries.show_action(queries.get_action(action_id))


class RevertActionView(ServiceView):
    """The way back from an action."""

    #: The platform is asked first whether the action's value is there still.
    keeps_answers: ClassVar = False

    @route(
        PERMISSION,
        summary="Take an action on a platform back",
        description="Within seven days, and only while its value is there still: else the refusal"
        " says which value is there now. It is an action of its own." + _PERSON,
        answers={202: PlatformAction},
    )
    def post(self, action_id: UUID) -> Answer:
        return _accepted(revert_action(action_id, self.now))


def _accepted(action: PlatformAction) -> Answer:
    return Answer(202, action, {"Location": f"/api/integrations/actions/{action.id}"})
