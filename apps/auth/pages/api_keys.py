"""The pages of the keys of one's programs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.exceptions import ApiKeyNotFoundError
from apps.auth.forms import ApiKeyForm
from apps.auth.messages.api_keys import ApiKeyInput
from apps.auth.models import ApiKey
from apps.auth.operations import api_keys
from apps.auth.pages.settings import (
    TEMPLATE,
    SettingsForm,
    SettingsPage,
    describe,
    say_ago,
)
from apps.auth.roles import SENTENCES
from omnify.context import current, current_organization_id, current_user_id
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.days import say_day
from omnify.pages.forms import QuestionPage
from omnify.pages.parts import Action, Banner, Cell, Column, Copyable, Empty, Link, Part, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_HEADING: Final = "API keys"
_TAB: Final = "auth:api-keys"
_SHOWN: Final = 200
_COLUMNS: Final = (
    Column("name", "Name"),
    Column("prefix", "Begins with"),
    Column("permissions", "May", is_name=True),
    Column("last_used_at", "Last used", is_key=True),
    Column("expires_at", "Valid until", is_key=True),
    Column("actions", "Actions"),
)


class ApiKeysView(SettingsPage):
    """The viewer's own keys."""

    access: ClassVar = {"GET": SIGNED_IN}
    heading = _HEADING
    tab = _TAB

    def get(self, request: PageRequest) -> HttpResponse:
        """Show them, without the keys themselves."""
        table = _list(self)
        return self.show_parts(table, primary=_new() if table.rows else None)


class NewApiKeyView(SettingsForm):
    """A new key, shown this once."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    heading = "New API key"
    button = "Make the key"
    tab = back = _TAB

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form to those who proved lately who they are, so that nothing typed is lost."""
        queries.require_fresh_session(now=self.now)
        return super().get(request, **ids)

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, in which the viewer gives no more than they have."""
        return ApiKeyForm(*sent, own=current().principal.permissions, **options)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Make it, and show it."""
        last = given["expires_on"]
        key_input = ApiKeyInput(
            name=given["name"],
            permissions=tuple(given["permissions"]),
            expires_at=_end_of(last) if last else None,
        )
        key, text = api_keys.create_api_key(key_input, now=self.now)
        said = f"The key {key.name} is made. Copy it now: it is not shown again."
        notice = Banner(text=said, level="success")
        copy = Copyable(id="api-key", label=f"Key {key.name}", text=text)
        shown: tuple[Part, ...] = (copy, _list(self))
        return self.show(TEMPLATE, {**describe(_HEADING, _TAB, shown), "notices": [notice]})


class RevokeApiKeyView(QuestionPage):
    """The end of a key."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    back = _TAB
    text = "Programs that use it are refused at once."

    def run(self, key_id: UUID) -> HttpResponse:
        """Revoke it."""
        api_keys.revoke_api_key(key_id=key_id, now=self.now)
        return self.go_back("The key was revoked.")

    def describe(self, key_id: UUID) -> dict[str, str]:
        """Return the question, with the key's name."""
        key = _own().filter(id=key_id).first()
        if key is None:
            raise ApiKeyNotFoundError(key_id=key_id)
        return {"heading": f"Revoke the key {key.name}?", "button": f"Yes, revoke {key.name}"}


def _end_of(day: Any) -> datetime:
    zone = ZoneInfo(queries.get_organization().timezone)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _own() -> Any:
    place = {"user_id": current_user_id(), "organization_id": current_organization_id()}
    return queries.list_api_keys(**place)


def _new() -> Link:
    return Link(reverse("auth:new-api-key"), "New API key")


def _list(view: PageView) -> Table:
    return Table(
        id="api-keys",
        caption="Your keys",
        columns=_COLUMNS,
        rows=tuple(_row(key, view.now) for key in _own()[:_SHOWN]),
        empty=Empty(
            title="No key yet",
            text="A key lets a program of yours use the API with your rights, or fewer.",
            links=(_new(),),
        ),
    )


def _row(key: ApiKey, now: datetime) -> tuple[Cell, ...]:
    until = "No end" if key.expires_at is None else say_day(key.expires_at - datetime.resolution)
    if key.expires_at and key.expires_at <= now:
        until = f"expired {until}"
    used = say_ago(key.last_used_at, now=now) if key.last_used_at else "Not used yet"
    revoke = reverse("auth:revoke-api-key", args=[key.id])
    return (
        Cell(key.name),
        Cell(f"{key.prefix}…"),
        Cell("; ".join(SENTENCES[name] for name in key.permissions if name in SENTENCES)),
        Cell(key.last_used_at, text=used),
        Cell(key.expires_at, text=until),
        Cell("", parts=(Action(url=revoke, label="Revoke", about=key.name, asks=True),)),
    )
