"""A connection's accounts over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from apps.integrations.accounts.messages import AccountsChoice, PlatformAccount
from apps.integrations.accounts.operations import choose_accounts
from apps.integrations.accounts.queries import list_accounts
from apps.integrations.connections.api import OfConnectionView
from apps.integrations.connections.queries import get_connection
from omnify.api.pagination import Page, Results
from omnify.api.routes import route
from omnify.services.messages import as_message


class AccountListView(OfConnectionView):
    """The accounts that a connection can see."""

    #: The operation asks for the organization's brands; it may be done twice.
    keeps_answers: ClassVar = False

    @route("integration:view", summary="List the accounts that a connection can see")
    def get(self, connection_id: UUID) -> Page[PlatformAccount]:
        return self.page(list_accounts(get_connection(connection_id)), PlatformAccount)

    @route(
        "integration:connect",
        summary="Choose the accounts that are read",
        description="A sync begins within a minute. An account that another connection of the"
        " organization reads is 409 `account_taken`: it would count twice.",
        calls=1,
    )
    def put(self, choice: AccountsChoice, connection_id: UUID) -> Results[PlatformAccount]:
        rows = choose_accounts(get_connection(connection_id), choice, self.now)
        chosen = tuple(as_message(PlatformAccount, row) for row in rows)
        return Results[PlatformAccount](results=chosen)
