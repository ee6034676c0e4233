"""The actions of a connection, one of them, and the question before it is taken back."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from apps.auth.contract import Auth
from apps.integrations.actions import queries
from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations.requesting import PERMISSION
from apps.integrations.actions.operations.reverting import revert_action
from apps.integrations.actions.pages import words
from apps.integrations.syncing.pages.frame import ConnectionPage, url_of, way_to
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.names import isolate
from omnify.pages.days import say_moment
from omnify.pages.forms import QuestionPage
from omnify.pages.paging import pick_page
from omnify.pages.parts import Action, Banner, Cell, Column, Empty, Link, LinkButton, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView
from omnify.services import client_of

Status = PlatformAction.Status
_SHOWN: Final = 20
_COLUMNS: Final = (
    Column("created_at", "When"),
    Column("action", "What", is_key=True),
    Column("target", "Of what", is_name=True),
    Column("status", "State", is_key=True),
    Column("before", "Before"),
    Column("after", "After"),
)
_NONE: Final = (
    "Each budget that is set from here, and each pause, is kept here with what was before."
)


class ActionsView(ConnectionPage):
    """The actions of a connection, newest first."""

    access: ClassVar = {"GET": "integration:view"}
    tab = "actions"

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """List them, with what was there before and after."""
        rows = queries.list_actions(self.connection.id)
        page, pager = pick_page(rows, number=request.GET.get("page"), size=_SHOWN)
        return self.show_parts(
            Table(
                id="actions",
                caption="Actions",
                columns=_COLUMNS,
                rows=tuple(_row(each) for each in page),
                pager=pager if page.has_other_pages() else None,
                empty=Empty(title="Nothing was done from here", text=_NONE),
            )
        )

    def describe(self) -> dict[str, Any]:
        """Return what the template knows, with the way to a new one for those who may."""
        may_act = is_allowed(current().principal, PERMISSION)
        url = url_of("new-action", self.connection)
        new = LinkButton(url=url, label="Change something") if may_act else None
        return {**super().describe(), "new": new}


class ActionView(PageView):
    """One action: who asked for what, and what came of it."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest, action_id: UUID) -> HttpResponse:
        """Show it, with the way back while there is one."""
        action = queries.get_action(action_id)
        here = Link(url_of("actions", action.connection), action.connection.name)
        may_revert = is_allowed(current().principal, PERMISSION)
        is_open = may_revert and queries.is_revertible(action, self.now)
        url = reverse("integrations:revert-action", args=[action.id])
        return self.show(
            "omnify_integrations/actions/action.html",
            {
                "heading": f"{words.say_kind(action)}: {words.say_target(action)}",
                "chip": words.CHIPS[Status(action.status)],
                "facts": _facts(action),
                "breadcrumbs": way_to("Action", here),
                "again_url": request.path if action.status == Status.QUEUED else "",
                "problem": _problem(action),
                "revert": Action(url=url, label="Take back", asks=True) if is_open else None,
            },
        )


class RevertView(QuestionPage):
    """The question before an action is taken back."""

    access: ClassVar = {"GET": PERMISSION, "POST": PERMISSION}
    back = "integrations:action"
    heading = "Take it back?"
    button = "Take back"

    @property
    def back_path(self) -> str:
        """Return the page of the action."""
        return reverse(self.back, args=[self.kwargs["action_id"]])

    def describe(self, action_id: UUID) -> dict[str, str]:
        """Return what changes to what, in the account's currency."""
        action = queries.get_action(action_id)
        before, after = (words.say_value(action, kept) for kept in (action.before, action.after))
        name = isolate(action.connection.name)
        return {
            "text": f"Through {name} the {words.say_target(action)} of the account {action.account}"
            f" goes from {after} back to {before}. It is done only if it is {after} still."
        }

    def run(self, action_id: UUID) -> HttpResponse:
        """Ask for the way back, which is an action of its own."""
        made = revert_action(action_id, self.now)
        self.kwargs["action_id"] = made.id
        return self.go_back("It is being taken back. What came of it stands here within a minute.")


def _row(action: PlatformAction) -> tuple[Cell, ...]:
    url = reverse("integrations:action", args=[action.id])
    return (
        Cell(action.created_at, url=url, is_detail=True),
        Cell("", words.say_kind(action)),
        Cell(words.say_target(action)),
        Cell(action.status, parts=(words.CHIPS[Status(action.status)],)),
        Cell("", words.say_value(action, action.before)),
        Cell("", words.say_value(action, action.after)),
    )


def _facts(action: PlatformAction) -> tuple[tuple[str, str], ...]:
    """Return what is said of an action, each with its name."""
    finished = say_moment(action.finished_at) if action.finished_at else ""
    return (
        ("Asked for", words.say_wanted(action)),
        ("Before", words.say_value(action, action.before)),
        ("After", words.say_value(action, action.after)),
        ("Account", action.account),
        ("Asked by", _find_person(action.requested_by)),
        ("Asked", say_moment(action.created_at)),
        ("Ended", finished),
    )


def _find_person(user_id: UUID | None) -> str:
    """Return who asked, by name."""
    if user_id is None:
        return "another service"
    for each in client_of(Auth).list_members():
        if each.user_id == user_id:
            return isolate(f"{each.first_name} {each.last_name}".strip() or each.email)
    return "somebody who is no member any more"


def _problem(action: PlatformAction) -> Banner | None:
    """Return why an action did not end well, with the platform's own name of the exchange."""
    if not action.error_words:
        return None
    text = action.error_words
    if action.request_id:
        text += f" The platform's request id: {action.request_id}."
    return Banner(text=text, level="warning")
