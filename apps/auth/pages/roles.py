"""The pages of an organization's roles: what each allows, and the custom ones to change."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import RoleForm
from apps.auth.messages.roles import Role, RoleInput
from apps.auth.operations import roles
from apps.auth.pages.settings import SettingsForm, SettingsPage
from apps.auth.roles import PERMISSIONS, RESOURCES, SENTENCES
from omnify.context import current
from omnify.pages.forms import QuestionPage
from omnify.pages.numbers import UNKNOWN
from omnify.pages.parts import Action, Cell, Column, Link, LinkButton, Part, Table
from omnify.pages.session import PageRequest

_TAB: Final = "auth:roles"
_SYSTEM: Final = {
    "owner": "May do everything; the last owner stays.",
    "admin": "Runs the organization, without removing people, billing and the audit log.",
    "manager": "Plans and publishes campaigns, and exports numbers.",
    "member": "Works on campaigns and creatives, and runs agents.",
    "viewer": "Reads, and changes nothing.",
}
_LONGEST_ROLE = 50
_YES, _NO = "Yes", UNKNOWN


class RolesView(SettingsPage):
    """All roles; the custom ones with what the viewer may do with them."""

    access: ClassVar = {"GET": "user:view"}
    heading = "Roles"
    tab = _TAB

    def get(self, request: PageRequest) -> HttpResponse:
        """Show who may do what, role by role."""
        listed = queries.list_roles()
        may_edit = current().principal.has_permission("user:edit")
        new = Link(reverse("auth:new-role"), "New role") if may_edit else None
        return self.show_parts(_roles(listed, may_edit=may_edit), _matrix(listed), primary=new)


class RolePage(SettingsForm, is_base=True):
    """The base of the form of a custom role."""

    tab = back = _TAB

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, in which the viewer gives no more than they have."""
        return RoleForm(*sent, own=current().principal.permissions, **options)

    @property
    def back_url(self) -> str:
        """Return the page of roles, without which one was copied."""
        return reverse(self.back)


class NewRoleView(RolePage):
    """A new role, empty or as a copy of another one."""

    access: ClassVar = {"GET": "user:edit", "POST": "user:edit"}
    heading = "New role"
    button = "Make the role"

    def find_initial(self) -> dict[str, Any]:
        """Return what the role that is copied allows, as far as the viewer may give it."""
        template = self.request.GET.get("from", "")[:_LONGEST_ROLE]
        if not template:
            return {}
        role, own = queries.get_role(role_id=template), set(current().principal.permissions)
        held = [name for name in role.permissions if name in own]
        return {"name": f"Copy of {role.name}"[:100], "permissions": held}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Create the role."""
        role = roles.create_role(_input_of(given))
        return self.go_back(f"The role {role.name} was created.")


class RoleView(RolePage):
    """A custom role, to be changed."""

    access: ClassVar = {"GET": "user:edit", "POST": "user:edit"}
    heading = "Change the role"

    def find_initial(self, role_id: UUID) -> dict[str, Any]:
        """Return the role's name, description and permissions."""
        role = queries.get_custom_role(role_id=role_id)
        return {name: getattr(role, name) for name in ("name", "description", "permissions")}

    def run(self, given: dict[str, Any], role_id: UUID) -> HttpResponse:
        """Change the role."""
        role = roles.change_role(role_id=role_id, role_input=_input_of(given), now=self.now)
        return self.go_back(f"The role {role.name} was changed, for all who have it.")


class DeleteRoleView(QuestionPage):
    """The end of a custom role."""

    access: ClassVar = {"GET": "user:edit", "POST": "user:edit"}
    back = _TAB
    text = "It cannot be brought back."

    def run(self, role_id: UUID) -> HttpResponse:
        """Delete the role."""
        roles.delete_role(role_id=role_id, now=self.now)
        return self.go_back("The role was deleted.")

    def describe(self, role_id: UUID) -> dict[str, str]:
        """Return the question, with the role's name."""
        name = queries.get_custom_role(role_id=role_id).name
        return {"heading": f"Delete the role {name}?", "button": f"Yes, delete {name}"}


def _input_of(given: dict[str, Any]) -> RoleInput:
    return RoleInput(**given | {"permissions": tuple(given["permissions"])})


def _roles(listed: tuple[Role, ...], *, may_edit: bool) -> Table:
    """Return a line a role: what it is for, and what can be done with it."""
    columns = (
        Column("name", "Role"),
        Column("description", "What it is for", is_name=True),
        Column("permissions", "Rights", is_number=True, is_key=True),
        Column("actions", "Actions"),
    )
    return Table(
        id="roles",
        caption="Roles",
        columns=columns if may_edit else columns[:-1],
        rows=tuple(
            (
                Cell(role.name),
                Cell(role.description or _SYSTEM.get(role.id, "")),
                Cell(len(role.permissions)),
                *([Cell("", parts=tuple(_actions(role)))] if may_edit else ()),
            )
            for role in listed
        ),
    )


def _actions(role: Role) -> list[Part]:
    copy = f"{reverse('auth:new-role')}?{urlencode({'from': role.id})}"
    actions: list[Part] = [LinkButton(url=copy, label="Copy", about=role.name)]
    if not role.is_system:
        change = reverse("auth:role", args=[role.id])
        delete = reverse("auth:delete-role", args=[role.id])
        actions.append(LinkButton(url=change, label="Change", about=role.name))
        actions.append(Action(url=delete, label="Delete", about=role.name, asks=True))
    return actions


def _matrix(listed: tuple[Role, ...]) -> Table:
    columns = (
        Column("right", "Right"),
        Column("about", "About", is_key=True),
        *(Column(role.id, role.name) for role in listed),
    )
    return Table(
        id="rights",
        caption="Who may do what",
        columns=columns,
        rows=tuple(
            (
                Cell(SENTENCES[name]),
                Cell(RESOURCES[name.partition(":")[0]]),
                *(Cell(_YES if name in role.permissions else _NO) for role in listed),
            )
            for name in PERMISSIONS
        ),
    )
