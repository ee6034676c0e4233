"""The page of the audit log: who did what, in words, and the file of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from msgspec.structs import replace

from apps.auth import queries
from apps.auth.forms import AuditForm
from apps.auth.messages.audit import AuditQuery
from apps.auth.models import AuditEntry
from apps.auth.pages.members import list_role_choices
from apps.auth.pages.settings import SettingsPage, describe
from omnify.api.fields import UNSET
from omnify.exceptions import InvalidInputError
from omnify.pages.files import csv_file
from omnify.pages.paging import pick_page
from omnify.pages.parts import Cell, Column, Empty, Link, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_TAB: Final = "auth:audit"
_SHOWN: Final = 50
#: Members that can be chosen from; others are found by their names.
_MOST_CHOICES: Final = 200
_LONGEST_NAME: Final = 40
_COLUMNS: Final = (
    Column("who", "Who", is_name=True, is_key=True),
    Column("what", "What", is_key=True),
    Column("about", "About", is_name=True),
    Column("address", "From"),
    Column("email", "E-mail address", is_shown=False),
    Column("action", "Action", is_shown=False),
    Column("outcome", "Outcome", is_shown=False),
    Column("request_id", "Request", is_shown=False),
    Column("sequence", "Number", is_shown=False),
    Column("hash", "Hash", is_shown=False),
)
#: Where those begin that are fields of an entry.
_FIELDS: Final = 5
_ACTIONS: Final = {
    "auth.account.locked": "Sign-in closed after wrong passwords",
    "auth.api_key.created": "API key made",
    "auth.api_key.revoked": "API key revoked",
    "auth.email.change_requested": "New e-mail address asked for",
    "auth.email.changed": "E-mail address changed",
    "auth.email.verified": "E-mail address confirmed",
    "auth.factor": "Second factor refused",
    "auth.factor.locked": "Second factor closed after wrong codes",
    "auth.factors.removed": "Second factors removed",
    "auth.grant.given": "Rights on one object given",
    "auth.grant.revoked": "Rights on one object taken",
    "auth.invitation.accepted": "Invitation accepted",
    "auth.invitation.created": "Somebody invited",
    "auth.invitation.revoked": "Invitation revoked",
    "auth.legal.accepted": "Document accepted",
    "auth.legal.withdrawn": "Consent withdrawn",
    "auth.member.added": "Member added",
    "auth.member.removed": "Member removed",
    "auth.member.role_changed": "Role of a member changed",
    "auth.organization.changed": "Organization changed",
    "auth.organization.plan_changed": "Plan changed",
    "auth.organization.registered": "Organization registered",
    "auth.passkey.added": "Passkey added",
    "auth.passkey.removed": "Passkey removed",
    "auth.password.changed": "Password changed",
    "auth.password.reset_requested": "Password reset asked for",
    "auth.reauthentication": "Identity proven again",
    "auth.recovery_codes.renewed": "New recovery codes",
    "auth.refresh_token.reused": "Copy of a session found and ended",
    "auth.role.changed": "Role changed",
    "auth.role.created": "Role made",
    "auth.role.deleted": "Role deleted",
    "auth.session.opened": "Signed in",
    "auth.session.revoked": "Session ended",
    "auth.sign_in": "Sign-in refused",
    "auth.staff.changed": "Operator's role changed",
    "auth.totp.added": "Authenticator app added",
    "auth.user.disabled": "Account disabled",
}


class AuditView(SettingsPage):
    """The audit log, newest first."""

    access: ClassVar = {"GET": "org:admin"}
    heading = "Audit log"
    tab = _TAB

    def get(self, request: PageRequest) -> HttpResponse:
        """Show what the filter in the address means."""
        form = _form(request)
        rows = queries.list_audit(_query_of(form)) if form.is_valid() else AuditEntry.objects.none()
        context = describe(self.heading, _TAB, (_table(request, rows),)) | {"filter": form}
        return self.show("omnify_auth/audit/page.html", context)


class AuditFileView(PageView):
    """The audit log as a file, with names in place of ids."""

    access: ClassVar = {"GET": "org:admin"}
    #: Writes it: as CSV, or as a workbook.
    write: Callable[..., HttpResponse] = staticmethod(csv_file)

    def get(self, request: PageRequest) -> HttpResponse:
        """Return what the filter in the address means."""
        form = _form(request)
        if not form.is_valid():
            raise InvalidInputError("The filter is not valid; choose it on the page.")
        return self.write(_describe(queries.list_exported(_query_of(form))), name="audit")


def say_action(action: str) -> str:
    """Return what was done in words."""
    return _ACTIONS.get(action) or action.replace(".", " ").replace("_", " ").capitalize()


def _form(request: PageRequest) -> AuditForm:
    members = queries.list_members()[:_MOST_CHOICES]
    actions = sorted(
        ((action, say_action(action)) for action in queries.list_audit_actions()),
        key=lambda choice: choice[1],
    )
    return AuditForm(
        request.GET,
        actions=actions,
        members=[(str(row.user_id), _name(row.user)[:_LONGEST_NAME]) for row in members],
    )


def _query_of(form: AuditForm) -> AuditQuery:
    given = form.cleaned_data
    zone = ZoneInfo(queries.get_organization().timezone)

    def begin(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    return AuditQuery(
        search=given["q"],
        action=given["action"],
        user_id=UUID(given["member"]) if given["member"] else UNSET,
        since=begin(given["first"]) if given["first"] else UNSET,
        until=begin(given["last"] + timedelta(days=1)) if given["last"] else UNSET,
    )


def _table(request: PageRequest, rows: Any) -> Table:
    ordered = rows.order_by("-sequence")
    page, pager = pick_page(
        ordered, number=request.GET.get("page"), size=_SHOWN, order="newest first"
    )
    query = f"?{request.GET.urlencode()}".rstrip("?")
    return replace(
        _describe(list(page)),
        csv_url=reverse("auth:audit.csv") + query,
        xlsx_url=reverse("auth:audit.xlsx") + query,
        pager=pager if page.has_other_pages() else None,
    )


def _describe(entries: list[AuditEntry]) -> Table:
    """Return entries in words; what identifies them is in files alone."""
    users = {str(user.id): user for user in queries.find_users(_users_in(entries))}
    names = {user_id: _name(user) for user_id, user in users.items()}
    roles = dict(list_role_choices())
    zone = ZoneInfo(queries.get_organization().timezone)

    def row(entry: AuditEntry) -> tuple[Cell, ...]:
        at, actor = entry.at.astimezone(zone), str(entry.user_id)
        return (
            Cell(at),
            Cell(names.get(actor) or "The system"),
            Cell(say_action(entry.action)),
            Cell(_about(entry, names, roles) or None),
            Cell(entry.address or None),
            Cell(users[actor].email if actor in users else None),
            *(Cell(getattr(entry, column.key)) for column in _COLUMNS[_FIELDS:]),
        )

    return Table(
        id="audit",
        caption="Entries",
        columns=(Column("at", "When", zone.key), *_COLUMNS),
        rows=tuple(map(row, entries)),
        empty=Empty(
            title="No entry matches the filter",
            text="Every change of the organization leaves an entry, the first when it was made.",
            links=(Link(reverse(_TAB), "Show all"),),
        ),
    )


def _users_in(entries: Iterable[AuditEntry]) -> set[UUID]:
    acted = {entry.user_id for entry in entries if entry.user_id}
    return acted | {UUID(entry.target_id) for entry in entries if entry.target_type == "user"}


def _about(entry: AuditEntry, names: dict[str, str], roles: dict[str, str]) -> str:
    """Return whom or what an entry is about, in a few words."""
    details = entry.details

    def role(key: str) -> str:
        return roles.get(str(details[key]), "a former role")

    said = [names.get(entry.target_id, "")] if entry.target_type == "user" else []
    if "former_role" in details:
        said.append(f"{role('former_role')} → {role('role')}")
    elif "role" in details:
        said.append(f"as {role('role')}")
    elif entry.target_type == "role" and entry.target_id in roles:
        said.append(roles[entry.target_id])
    said.extend(str(details[key]) for key in ("prefix", "reason", "method") if key in details)
    if entry.target_type == "legal_document":
        said.append(entry.target_id)
    return ", ".join(filter(None, said))


def _name(user: Any) -> str:
    return f"{user.first_name} {user.last_name}".strip() or str(user.email)
