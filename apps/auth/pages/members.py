"""The page of an organization's members and invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import AddressForm, posted_id
from apps.auth.operations import invitations, members
from apps.auth.roles import SYSTEM_ROLES
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import OmnifyError
from omnify.identity.permissions import refuse_unless_allowed
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

Found = dict[str, Any]
#: How many are shown at once.
_MEMBERS, _INVITATIONS = 50, 200


class MembersView(PageView):
    """Members, their roles, and invitations."""

    access: ClassVar = {"GET": "user:view", "POST": "user:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """How it stands."""
        return _answer(request, {})

    def post(self, request: PageRequest) -> HttpResponse:
        """Do what the button says, if the viewer may, and show how it stands then."""
        needed, act = _ACTIONS.get(request.POST.get("action", ""), ("user:view", _nothing))
        try:
            refuse_unless_allowed(current().principal, needed)
            found = act(request)
        except OmnifyError as error:
            found = {"problem": error.detail}
        return _answer(request, found)


def _answer(request: PageRequest, found: Found) -> HttpResponse:
    may, now = current().principal.has_permission, timezone.now()
    roles = [{"id": name, "name": name} for name in SYSTEM_ROLES]
    roles += [{"id": str(role.id), "name": role.name} for role in queries.list_custom_roles()]
    joined, invited = queries.list_members().order_by("id"), queries.list_invitations(now=now)
    quotas = queries.measure_quotas(now=now).quotas
    context = {
        "members": Paginator(joined, _MEMBERS).get_page(request.GET.get("page")),
        "invitations": invited[:_INVITATIONS],
        "invitations_count": invited.count(),
        "roles": roles,
        "users": next(row for row in quotas if row.kind == "users"),
        "may_edit": may("user:edit"),
        "may_delete": may("user:delete"),
        "may_invite": may("user:invite"),
        **found,
    }
    name = "omnify_auth/members/_page.html" if request.htmx else "omnify_auth/members/page.html"
    return render(request, name, context)


def _nothing(request: PageRequest) -> Found:
    return {"problem": "There is no such action."}


def _invite(request: PageRequest) -> Found:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return {"problem": "That is no e-mail address."}
    email = form.cleaned_data["email"]
    role = request.POST.get("role", "")[:50]
    _, secret = invitations.create_invitation(email=email, role=role, now=timezone.now())
    done = f"{email} is invited."
    if settings.EMAIL_IS_DELIVERED:
        return {"done": done}
    path = f"/app/auth/invitation?token={quote(secret, safe='')}"
    return {"done": done, "link": request.build_absolute_uri(path)}


def _revoke(request: PageRequest) -> Found:
    invitations.revoke_invitation(invitation_id=posted_id(request, "value"), now=timezone.now())
    return {"done": "The invitation was revoked."}


def _change_role(request: PageRequest) -> Found:
    role = request.POST.get("role", "")[:50]
    members.change_member_role(user_id=posted_id(request, "value"), role=role, now=timezone.now())
    return {"done": "The role was changed."}


def _remove(request: PageRequest) -> Found:
    members.remove_member(user_id=posted_id(request, "value"), now=timezone.now())
    return {"done": "The member was removed."}


#: Action to the permission that it needs and what does it.
_ACTIONS: dict[str, tuple[str, Callable[[PageRequest], Found]]] = {
    "invite": ("user:invite", _invite),
    "revoke_invitation": ("user:invite", _revoke),
    "change_role": ("user:edit", _change_role),
    "remove": ("user:delete", _remove),
}
