"""The page of an organization's members, and what it does with them."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.template.defaultfilters import pluralize
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import Choices, InvitationForm, MemberRoleForm
from apps.auth.models import Membership
from apps.auth.operations import members
from apps.auth.pages.settings import SettingsPage, describe, say_ago
from apps.auth.roles import SYSTEM_ROLES
from omnify.context import current
from omnify.pages.days import say_day
from omnify.pages.forms import ActionPage, QuestionPage
from omnify.pages.paging import pick_page
from omnify.pages.parts import Action, Cell, Column, Form, Part, Section, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

HEADING: Final = "Members"
TAB: Final = "auth:members"
#: How many are shown at once.
_MEMBERS, _INVITATIONS = 50, 200
_LONGEST_ROLE, _LONGEST_SEARCH = 50, 200
_COLUMNS: Final = (
    Column("name", "Name"),
    Column("email", "E-mail", is_name=True),
    Column("role", "Role", is_key=True),
    Column("last_seen", "Last seen", is_key=True),
    Column("factors", "Second factor"),
    Column("actions", "Actions"),
)
_INVITED: Final = (
    Column("email", "E-mail"),
    Column("role", "Role", is_key=True),
    Column("expires_at", "Valid until", is_key=True),
    Column("actions", "Actions"),
)
_FACTORS: Final = {"totp": "App", "passkey": "Passkey"}


class MembersView(SettingsPage):
    """Members, their roles, and invitations."""

    access: ClassVar = {"GET": "user:view"}
    heading = HEADING
    tab = TAB

    def get(self, request: PageRequest) -> HttpResponse:
        """Show members and invitations."""
        return self.show_parts(*list_parts(self))


class ChangeMemberRoleView(ActionPage):
    """Change of a member's role."""

    access: ClassVar = {"POST": "user:edit"}
    back = TAB

    def run(self, user_id: UUID) -> HttpResponse:
        """Change the member's role."""
        role = self.request.POST.get("role", "")[:_LONGEST_ROLE]
        members.change_member_role(user_id=user_id, role=role, now=self.now)
        return self.go_back("The role was changed.")


class EndMemberSessionsView(QuestionPage):
    """The end of a member's sessions, such as after a lost laptop."""

    access: ClassVar = {"GET": "user:edit", "POST": "user:edit"}
    back = TAB
    text = "They are signed out everywhere and can sign in again."

    def run(self, user_id: UUID) -> HttpResponse:
        """End them."""
        count = members.end_member_sessions(user_id=user_id, now=self.now)
        return self.go_back(f"{count} session{pluralize(count)} ended.")

    def describe(self, user_id: UUID) -> dict[str, str]:
        """Return the question, with the member's address."""
        email = queries.get_member(user_id=user_id).user.email
        return {"heading": f"Sign {email} out?", "button": f"Yes, sign {email} out"}


class RemoveMemberView(QuestionPage):
    """The end of a membership."""

    access: ClassVar = {"GET": "user:delete", "POST": "user:delete"}
    back = TAB
    text = "Their access, sessions and API keys here end at once."

    def run(self, user_id: UUID) -> HttpResponse:
        """Remove the member."""
        members.remove_member(user_id=user_id, now=self.now)
        return self.go_back("The member was removed.")

    def describe(self, user_id: UUID) -> dict[str, str]:
        """Return the question, with the member's address."""
        email = queries.get_member(user_id=user_id).user.email
        return {"heading": f"Remove {email}?", "button": f"Yes, remove {email}"}


def list_role_choices() -> Choices:
    """Return the roles that members can have: those of every organization, then the own ones."""
    system = [(name, name) for name in SYSTEM_ROLES]
    return system + [(str(role.id), role.name) for role in queries.list_custom_roles()]


def find_members(view: PageView, *before: Part, invite: Form | None = None) -> dict[str, Any]:
    """Return what the template knows of the page, with parts before it and the form as sent."""
    return describe(HEADING, TAB, (*before, *list_parts(view, invite=invite)))


def list_parts(view: PageView, *, invite: Form | None = None) -> tuple[Part, ...]:
    """Return the page: members, and with the right to invite the invitations."""
    roles = list_role_choices()
    table = _members(view, roles)
    if not current().principal.has_permission("user:invite"):
        return (table,)
    quotas = queries.measure_quotas(now=view.now).quotas
    users = next(row for row in quotas if row.kind == "users")
    form = invite or Form(
        fields=InvitationForm(roles=roles), url=reverse("auth:invite"), button="Invite"
    )
    section = Section(
        title="Invite somebody",
        text=f"{users.used} of {users.limit} people of your plan.",
        parts=(form,),
    )
    invited = queries.list_invitations(now=view.now)
    shown = list(invited[:_INVITATIONS])
    if not shown:
        return (table, section)
    count = invited.count()
    caption = "Open invitations"
    if len(shown) < count:
        caption += f", the newest {len(shown)} of {count}"
    return (table, section, _invitations(shown, dict(roles), caption))


def _members(view: PageView, roles: Choices) -> Table:
    request = view.request
    found = queries.search_members(request.GET.get("q", "")[:_LONGEST_SEARCH]).order_by("id")
    number = request.GET.get("page")
    page, pager = pick_page(found, number=number, size=_MEMBERS, order="in the order of joining")
    users = [member.user_id for member in page]
    seen, factors = queries.find_last_seen(users), queries.find_factors(users)
    query = request.GET.urlencode()

    def row(member: Membership) -> tuple[Cell, ...]:
        last = seen.get(member.user_id)
        kinds = factors.get(member.user_id, set())
        held = ", ".join(label for kind, label in _FACTORS.items() if kind in kinds)
        return (
            *_person(member, roles, query),
            Cell(last, text=say_ago(last, now=view.now)),
            Cell(held or "None"),
            _actions(member, query),
        )

    return Table(
        id="members",
        caption="Members",
        columns=_COLUMNS,
        rows=tuple(map(row, page)),
        filter_label="Name or e-mail",
        pager=pager if page.has_other_pages() else None,
    )


def _person(member: Membership, roles: Choices, query: str) -> tuple[Cell, ...]:
    user, viewer = member.user, current().principal
    name = f"{user.first_name} {user.last_name}".strip()
    role = Cell(dict(roles).get(member.role, ""))
    is_self = user.id == viewer.user_id
    if not is_self and viewer.has_permission("user:edit"):
        fields = MemberRoleForm(
            roles=roles, role=member.role, label=f"Role of {name}", auto_id=f"{user.id}-%s"
        )
        url = _url("auth:change-member-role", member, query)
        role = Cell(role.value, parts=(Form(fields=fields, url=url, is_inline=True),))
    return (Cell(f"{name} (you)" if is_self else name), Cell(user.email), role)


def _actions(member: Membership, query: str) -> Cell:
    user, viewer = member.user, current().principal
    parts = []
    if user.id != viewer.user_id and viewer.has_permission("user:edit"):
        url = _url("auth:end-member-sessions", member, query)
        parts.append(Action(url=url, label="Sign out", about=user.email, asks=True))
    if user.id != viewer.user_id and viewer.has_permission("user:delete"):
        url = _url("auth:remove-member", member, query)
        parts.append(Action(url=url, label="Remove", about=user.email, asks=True))
    return Cell("", parts=tuple(parts))


def _url(route: str, member: Membership, query: str) -> str:
    return f"{reverse(route, args=[member.user_id])}?{query}".rstrip("?")


def _invitations(invited: list[Any], roles: dict[str, str], caption: str) -> Table:
    def row(invitation: Any) -> tuple[Cell, ...]:
        again = Action(
            url=reverse("auth:resend-invitation", args=[invitation.id]),
            label="Invite again",
            about=invitation.email,
        )
        revoke = Action(
            url=reverse("auth:revoke-invitation", args=[invitation.id]),
            label="Revoke",
            about=invitation.email,
        )
        return (
            Cell(invitation.email),
            Cell(roles.get(invitation.role, "")),
            Cell(invitation.expires_at, text=say_day(invitation.expires_at)),
            Cell("", parts=(again, revoke)),
        )

    return Table(id="invitations", caption=caption, columns=_INVITED, rows=tuple(map(row, invited)))
