"""The form that asks for an action: first it says what changes to what, then it is done."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Final
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.actions.forms import ActionForm
from apps.integrations.actions.operations.requesting import (
    PERMISSION,
    check_connection,
    request_action,
)
from apps.integrations.actions.operations.trying import try_action
from apps.integrations.actions.pages import words
from apps.integrations.actions.queries import list_targets
from apps.integrations.connections.queries import get_connection
from apps.integrations.contract import ActionRequest, ActionTarget, TargetState
from apps.integrations.exceptions import ActionUnsupportedError
from apps.integrations.metrics.models import Entity
from apps.integrations.platforms.actions import SET_BUDGET
from omnify.money import to_micros
from omnify.names import isolate
from omnify.pages.forms import FormPage
from omnify.pages.parts import Banner, Link

_ASK: Final = (
    "The platform is asked how it stands, and what changes is shown before anything is done. Listed"
    " is what had numbers last."
)
_NONE: Final = "Nothing that can be changed was read of this connection yet."


class NewActionView(FormPage):
    """A budget to set, or something to pause or resume, once before and after were shown."""

    access: ClassVar = {"GET": PERMISSION, "POST": PERMISSION}
    form_class = ActionForm
    button = "Show what changes"
    stays = False
    #: What is said of the change that was asked for.
    change = ""
    #: The action, once it is asked for.
    action_id: UUID | None = None

    @property
    def back_path(self) -> str:
        """Return the page of the action; before there is one, that of all."""
        if self.action_id is not None:
            return reverse("integrations:action", args=[self.action_id])
        return reverse("integrations:actions", args=[self.kwargs["connection_id"]])

    @cached_property
    def targets(self) -> dict[str, Entity]:
        """What can be changed, by the value that a form has for it.

        Raises:
            OmnifyError: nothing can be done through the connection now.
        """
        connection = get_connection(self.kwargs["connection_id"])
        actor = check_connection(connection)
        return {_value_of(each): each for each in list_targets(connection, actor.levels)}

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form with what can be changed."""
        choices = [(value, words.say_entity(each)) for value, each in self.targets.items()]
        return super().make_form(*sent, targets=choices, **options)

    def run(self, given: dict[str, Any], connection_id: UUID) -> HttpResponse:
        """Say what changes, or do it where that was said of this change."""
        wanted = self._read(given, connection_id)
        if given["told"] != _mark(wanted):
            return self._tell(wanted)
        self.action_id = request_action(wanted).id
        return self.go_back("It is asked for. What came of it stands here within a minute.")

    def find_context(self) -> dict[str, Any]:
        """Return what it is about."""
        name = isolate(get_connection(self.kwargs["connection_id"]).name)
        context = {**super().find_context(), "heading": f"Change something on {name}"}
        if self.change:
            return {**context, "notices": [Banner(text=self.change, level="info")]}
        return {**context, "text": _ASK if self.targets else _NONE}

    def find_links(self) -> list[Link]:
        """Return the way back."""
        return [Link(self.back_path, "Leave it as it is")]

    def _read(self, given: dict[str, Any], connection_id: UUID) -> ActionRequest:
        target = self.targets[given["target"]]
        is_budget = given["action"] == SET_BUDGET
        return ActionRequest(
            connection_id=connection_id,
            action=given["action"],
            target=ActionTarget(level=target.level, id=target.external_id),  # type: ignore[arg-type]
            amount=given["amount"] if is_budget else None,
            currency=(target.platform_account.currency or None) if is_budget else None,
        )

    def _tell(self, wanted: ActionRequest) -> HttpResponse:
        """Let the form say what changes to what; sent again, it is done."""
        found = try_action(wanted)
        if found.after is None:
            self.form.add_error(None, found.error.message if found.error else "")
            return self.show_form(status=ActionUnsupportedError.status)
        before, after = (_say(wanted, each) for each in (found.before, found.after))
        target = words.say_entity(self.targets[self.form.cleaned_data["target"]])
        if before == after:
            self.change = f"{target} is {after} already."
            return self.show_form()
        self.change = (
            f"{target} goes from {before} to {after}. It can be taken back within seven days."
        )
        self.button = words.KINDS[wanted.action]
        sent = self.request.POST.copy()
        sent["told"] = _mark(wanted)
        self.form = self.make_form(sent)
        return self.show_form()


def _value_of(entity: Entity) -> str:
    return f"{entity.level} {entity.external_id}"


def _mark(wanted: ActionRequest) -> str:
    """Return a change as the form remembers it."""
    return f"{wanted.action} {wanted.target.level} {wanted.target.id} {wanted.amount}"


def _say(wanted: ActionRequest, state: TargetState) -> str:
    """Return what a state has of that which a change is about."""
    if wanted.action != SET_BUDGET:
        return state.status
    micros = None if state.amount is None else to_micros(Decimal(state.amount))
    return words.say_budget(micros, state.currency)
