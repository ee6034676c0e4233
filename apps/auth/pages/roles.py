"""The pages of an organization's roles: what each allows, and the custom ones to change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import RoleForm
from apps.auth.messages.roles import RoleInput
from apps.auth.models import Role
from apps.auth.operations import roles
from apps.auth.roles import PERMISSIONS, SYSTEM_ROLES
from omnify.context import current
from omnify.pages.forms import FormPage, QuestionPage
from omnify.pages.parts import Action
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class RolesView(PageView):
    """All roles; the custom ones with what the viewer may do with them."""

    access: ClassVar = {"GET": "user:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show what each allows."""
        context = {
            "system": [
                {"name": name, "groups": _grouped(allowed)}
                for name, allowed in SYSTEM_ROLES.items()
            ],
            "custom": [_custom(role) for role in queries.list_custom_roles()],
            "may_edit": current().principal.has_permission("user:edit"),
        }
        return self.show("omnify_auth/roles/page.html", context)


class RolePage(FormPage, is_base=True):
    """The base of the form of a custom role."""

    back = "auth:roles"

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, in which the viewer gives no more than they have."""
        return RoleForm(*sent, own=current().principal.permissions, **options)


class NewRoleView(RolePage):
    """A new role."""

    access: ClassVar = {"GET": "user:edit", "POST": "user:edit"}
    heading = "New role"
    button = "Make the role"

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
    back = "auth:roles"
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


def _custom(role: Role) -> dict[str, Any]:
    return {
        "role": role,
        "groups": _grouped(role.permissions),
        "change_url": reverse("auth:role", args=[role.id]),
        "delete": Action(
            url=reverse("auth:delete-role", args=[role.id]),
            label="Delete",
            about=role.name,
            asks=True,
        ),
    }


def _grouped(permissions: Iterable[str]) -> list[tuple[str, str]]:
    """Return each resource with its actions, in the order of ``PERMISSIONS``."""
    allowed, groups = set(permissions), dict[str, list[str]]()
    for name in PERMISSIONS:
        resource, _, action = name.partition(":")
        if name in allowed:
            groups.setdefault(resource, []).append(action)
    return [(resource, ", ".join(actions)) for resource, actions in groups.items()]
