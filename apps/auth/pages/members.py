"""The page of an organization's members, and what it does with them."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import Choices, InvitationForm, MemberRoleForm
from apps.auth.models import Membership
from apps.auth.operations import members
from apps.auth.roles import SYSTEM_ROLES
from omnify.context import current
from omnify.pages.forms import ActionPage, QuestionPage
from omnify.pages.parts import Action, Cell, Column, Entry, Form, Listing, Pager, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

MEMBERS_TEMPLATE: Final = "omnify_auth/members/page.html"
#: How many are shown at once.
_MEMBERS, _INVITATIONS = 50, 200
_LONGEST_ROLE = 50
_COLUMNS: Final = (
    Column("name", "Name"),
    Column("email", "E-mail"),
    Column("role", "Role"),
    Column("actions", "Actions"),
)


class MembersView(PageView):
    """Members, their roles, and invitations."""

    access: ClassVar = {"GET": "user:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show members and invitations."""
        return self.show(MEMBERS_TEMPLATE, find_members(self))


class ChangeMemberRoleView(ActionPage):
    """Change of a member's role."""

    access: ClassVar = {"POST": "user:edit"}
    back = "auth:members"

    def run(self, user_id: UUID) -> HttpResponse:
        """Change the member's role."""
        role = self.request.POST.get("role", "")[:_LONGEST_ROLE]
        members.change_member_role(user_id=user_id, role=role, now=self.now)
        return self.go_back("The role was changed.")


class RemoveMemberView(QuestionPage):
    """The end of a membership."""

    access: ClassVar = {"GET": "user:delete", "POST": "user:delete"}
    back = "auth:members"
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


def find_members(view: PageView) -> dict[str, Any]:
    """Return what the page knows: members, and with the right to invite the invitations."""
    roles = list_role_choices()
    context: dict[str, Any] = {"members": _members(view.request, roles)}
    if not current().principal.has_permission("user:invite"):
        return context
    invited = queries.list_invitations(now=view.now)
    quotas = queries.measure_quotas(now=view.now).quotas
    return context | {
        "users": next(row for row in quotas if row.kind == "users"),
        "invite": Form(
            fields=InvitationForm(roles=roles), url=reverse("auth:invite"), button="Invite"
        ),
        "invitations": _invitations(invited[:_INVITATIONS]),
        "invitations_count": invited.count(),
    }


def _members(request: PageRequest, roles: Choices) -> Table:
    joined = queries.list_members().order_by("id")
    page = Paginator(joined, _MEMBERS).get_page(request.GET.get("page"))
    pager = Pager(
        previous=str(page.previous_page_number()) if page.has_previous() else "",
        next=str(page.next_page_number()) if page.has_next() else "",
        summary=f"{page.start_index()} to {page.end_index()} of {page.paginator.count},"
        " in the order of joining",
    )
    query = request.GET.urlencode()
    return Table(
        id="members",
        caption="Members",
        columns=_COLUMNS,
        rows=tuple(_row(member, roles, query) for member in page),
        pager=pager if page.has_other_pages() else None,
    )


def _row(member: Membership, roles: Choices, query: str) -> tuple[Cell, ...]:
    user, viewer = member.user, current().principal
    name = f"{user.first_name} {user.last_name}".strip()
    role, actions = Cell(dict(roles).get(member.role, "")), Cell("")

    def url(action: str) -> str:
        return f"{reverse(action, args=[user.id])}?{query}".rstrip("?")

    if user.id != viewer.user_id and viewer.has_permission("user:edit"):
        fields = MemberRoleForm(
            roles=roles, role=member.role, label=f"Role of {name}", auto_id=f"{user.id}-%s"
        )
        form = Form(fields=fields, url=url("auth:change-member-role"), is_inline=True)
        role = Cell(role.value, parts=(form,))
    if user.id != viewer.user_id and viewer.has_permission("user:delete"):
        remove = Action(url=url("auth:remove-member"), label="Remove", about=user.email, asks=True)
        actions = Cell("", parts=(remove,))
    return (Cell(name), Cell(user.email), role, actions)


def _invitations(invited: Any) -> Listing:
    return Listing(
        entries=tuple(
            Entry(
                f"{invitation.email} until {invitation.expires_at:%Y-%m-%d}",
                parts=(
                    Action(
                        url=reverse("auth:revoke-invitation", args=[invitation.id]),
                        label="Revoke",
                        about=invitation.email,
                    ),
                ),
            )
            for invitation in invited
        )
    )
