"""A connection's accounts over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from apps.integrations.accounts import models, queries
from apps.integrations.accounts.messages import AccountsChoice, PlatformAccount
from apps.integrations.accounts.operations import choose_accounts
from apps.integrations.connections.queries import get_connection
from omnify.api.pagination import Page, Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class AccountListView(ServiceView):
    """The accounts that a connection can see."""

    grants_on: ClassVar = ("integration", "connection_id")
    #: The operation asks for the organization's brands; it may be done twice.
    keeps_answers: ClassVar = False

    @route(
        "integration:view",
        summary="List the accounts that a connection can see",
        description="As the platform named them last, at connecting or in a sync.",
    )
    def get(self, connection_id: UUID) -> Page[PlatformAccount]:
        rows = queries.list_accounts(get_connection(connection_id))
        return self.page(rows, PlatformAccount, convert=_to_message)

    @route(
        "integration:connect",
        summary="Choose the accounts that are read",
        description="A sync begins within a minute. An account that another connection of the"
        " organization reads is 409 `account_taken`: it would count twice. What is not named is"
        " read no more, and what it brought stays.",
        calls=1,
    )
    def put(self, choice: AccountsChoice, connection_id: UUID) -> Results[PlatformAccount]:
        rows = choose_accounts(get_connection(connection_id), choice, self.now)
        return Results[PlatformAccount](results=tuple(_to_message(row) for row in rows))


def _to_message(row: models.PlatformAccount) -> PlatformAccount:
    return as_message(PlatformAccount, row, id=row.external_id)
