"""The choice of accounts after a platform was connected, and the end of a connection."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.forms import BaseForm
from django.forms import Form as PlainForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth.contract import Auth
from apps.integrations.accounts.messages import AccountsChoice, ChosenAccount
from apps.integrations.accounts.queries import list_accounts
from apps.integrations.connecting.forms import AccountsForm, DisconnectForm
from apps.integrations.connecting.operations.choosing import read_accounts
from apps.integrations.connecting.operations.ending import disconnect
from apps.integrations.connections.queries import get_connection
from apps.integrations.syncing.pages.frame import BackToConnection
from omnify.names import isolate
from omnify.pages.forms import FormPage
from omnify.pages.parts import Link
from omnify.services import client_of

_TEXT: Final = (
    "Choose whose numbers are read. The first ones come within minutes, newest first; what you do"
    " not choose is not read, and you can change this at any time."
)
_ENDS: Final = "Nothing more is read, and the platform is asked to take the consent back."
_GOES: Final = "It is disconnected. What it brought is then missing in all reports, for good."
_NONE: Final = (
    "{name} has not named any account yet. Sign in there with a login that may see one, and"
    " reconnect."
)


class AccountsView(BackToConnection, FormPage):
    """Which accounts of a connection are read."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    button = "Read these accounts"
    problem_field = "accounts"
    stays = False

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form with the accounts that the connection sees."""
        connection = get_connection(self.kwargs["connection_id"])
        return AccountsForm(
            *sent,
            accounts=list(list_accounts(connection)),
            brands=client_of(Auth).list_brands(),
            **options,
        )

    def find_initial(self, connection_id: UUID) -> dict[str, Any]:
        """Return what is chosen; of a new connection with one account, that one."""
        rows = list(list_accounts(get_connection(connection_id)))
        chosen = [row for row in rows if row.is_chosen]
        usual = chosen or [row for row in rows if row.is_active and len(rows) == 1]
        brands = {f"brand-{row.external_id}": str(row.brand_id or "") for row in rows}
        depth = {"depth": str(chosen[0].depth_days or "all")} if chosen else {}
        return {"accounts": [row.external_id for row in usual], **brands, **depth}

    def run(self, given: dict[str, Any], connection_id: UUID) -> HttpResponse:
        """Read them from now on."""
        connection = get_connection(connection_id)
        chosen = tuple(
            ChosenAccount(id=each, brand_id=_id_of(given.get(f"brand-{each}", "")))
            for each in given["accounts"]
        )
        depth = given["depth"]
        choice = AccountsChoice(accounts=chosen, depth="all" if depth == "all" else int(depth))  # type: ignore[arg-type]
        read_accounts(connection, choice, self.now)
        name = isolate(connection.name)
        if not chosen:
            return self.go_back(f"Nothing more is read from {name}.")
        return self.go_back(f"{name} is read from now on. The first numbers come within minutes.")

    def find_context(self) -> dict[str, Any]:
        """Return the connection's name, and what the choice means."""
        connection = get_connection(self.kwargs["connection_id"])
        has_some = list_accounts(connection).exists()
        name = isolate(connection.name)
        context = {**super().find_context(), "heading": f"Accounts of {name}", "text": _TEXT}
        return context if has_some else {**context, "form": None, "text": _NONE.format(name=name)}

    def find_links(self) -> list[Link]:
        """Return the way back."""
        return [Link(self.back_path, "Back to the connection")]


class DisconnectView(BackToConnection, FormPage):
    """The question before a connection ends: what becomes of its numbers."""

    access: ClassVar = {"GET": "integration:disconnect", "POST": "integration:disconnect"}
    button = "Disconnect"
    stays = False
    is_erased = False

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the question; of what is disconnected, only its numbers are left to erase."""
        if self._is_over():
            self.button = "Erase its numbers"
            return PlainForm(*sent, **options)
        return DisconnectForm(*sent, **options)

    def run(self, given: dict[str, Any], connection_id: UUID) -> HttpResponse:
        """Disconnect it, and say what became of the consent; of what is erased no page is left."""
        name = isolate(get_connection(connection_id).name)
        numbers = given.get("numbers", "erase")
        is_revoked = disconnect(connection_id, data=numbers, now=self.now)
        consent = " The platform took the consent back." if is_revoked else ""
        self.is_erased = numbers == "erase"
        kept = "Its numbers are erased." if self.is_erased else "Its numbers stay."
        return self.go_back(f"{name} is disconnected. {kept}{consent}")

    @property
    def back_path(self) -> str:
        """Return the page of the connection, which one that is erased has no more."""
        return reverse("integrations:connections") if self.is_erased else super().back_path

    def find_context(self) -> dict[str, Any]:
        """Return what ends."""
        name = isolate(get_connection(self.kwargs["connection_id"]).name)
        said = {"heading": f"Disconnect {name}?", "text": _ENDS}
        if self._is_over():
            said = {"heading": f"Erase the numbers of {name}?", "text": _GOES}
        return {**super().find_context(), **said}

    def find_links(self) -> list[Link]:
        """Return the way back."""
        label = "Keep its numbers" if self._is_over() else "Leave it connected"
        return [Link(self.back_path, label)]

    def _is_over(self) -> bool:
        return get_connection(self.kwargs["connection_id"]).disconnected_at is not None


def _id_of(text: str) -> UUID | None:
    return UUID(text) if text else None
