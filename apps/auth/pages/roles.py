"""The page of an organization's roles: what each allows, and the custom ones to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import RoleForm, posted_id
from apps.auth.messages.roles import RoleInput
from apps.auth.models import Role
from apps.auth.operations import roles
from apps.auth.roles import PERMISSIONS, SYSTEM_ROLES
from omnify.context import current
from omnify.exceptions import OmnifyError
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

#: Where the form of a new role stands among those of the roles' ids.
_NEW = "new"


class RolesView(PageView):
    """All roles; forms for the custom ones where the viewer may change them."""

    access: ClassVar = {"GET": "user:view", "POST": "user:edit"}

    def get(self, request: PageRequest) -> HttpResponse:
        """How it stands."""
        return _answer(request)

    def post(self, request: PageRequest) -> HttpResponse:
        """Make, change or delete a custom role; a form with a problem comes back as it was."""
        place = request.POST.get("role_id", _NEW)
        try:
            if request.POST.get("action") == "delete":
                roles.delete_role(role_id=posted_id(request, "role_id"), now=timezone.now())
                return _answer(request, done="The role was deleted.")
            if place != _NEW:
                queries.get_custom_role(role_id=posted_id(request, "role_id"))
            form = RoleForm(request.POST, prefix=place)
            if not form.is_valid():
                return _answer(request, sent=form)
            role_input = RoleInput(
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                permissions=tuple(form.cleaned_data["permissions"]),
            )
            if place == _NEW:
                role = roles.create_role(role_input)
                return _answer(request, done=f"The role {role.name} was made.")
            role = roles.change_role(
                role_id=posted_id(request, "role_id"), role_input=role_input, now=timezone.now()
            )
        except OmnifyError as error:
            return _answer(request, sent=RoleForm(request.POST, prefix=place), problem=error.detail)
        return _answer(request, done=f"The role {role.name} was changed; it holds from now on.")


def _answer(request: PageRequest, *, sent: RoleForm | None = None, **found: str) -> HttpResponse:
    principal = current().principal
    custom = queries.list_custom_roles()
    places = [_place(_NEW, None, sent), *(_place(str(role.id), role, sent) for role in custom)]
    context = {
        "system": [
            {"name": name, "permissions": _grouped(allowed)}
            for name, allowed in SYSTEM_ROLES.items()
        ],
        "new": places[0],
        "custom": places[1:],
        "may_edit": principal.has_permission("user:edit"),
        "resources": _grouped(PERMISSIONS),
        "own": principal.permissions,
        **found,
    }
    name = "omnify_auth/roles/_page.html" if request.htmx else "omnify_auth/roles/page.html"
    return render(request, name, context)


def _place(place: str, role: Role | None, sent: RoleForm | None) -> dict[str, Any]:
    """A role with its form: the one that was sent, or one that says how the role stands."""
    is_sent = sent is not None and sent.prefix == place
    stands: dict[str, Any] = {"permissions": []}
    if role is not None:
        stands = {name: getattr(role, name) for name in ("name", "description", "permissions")}
    form = sent if is_sent else RoleForm(initial=stands, prefix=place)
    return {
        "id": place,
        "role": role,
        "form": form,
        "is_open": is_sent,
        "checked": (form and form["permissions"].value()) or [],
        "groups": _grouped(stands["permissions"]),
    }


def _grouped(permissions: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Resource to its permissions and their actions, in the order of ``PERMISSIONS``."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in PERMISSIONS:
        resource, _, action = name.partition(":")
        if name in permissions:
            groups.setdefault(resource, []).append((name, action))
    return list(groups.items())
