"""Choosing what is read of a connection, whose first run begins with it."""

from __future__ import annotations

from datetime import datetime

from apps.integrations.accounts.messages import AccountsChoice
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.operations import choose_accounts
from apps.integrations.connections.models import Connection
from apps.integrations.syncing.operations.starting import start_if_due


def read_accounts(
    connection: Connection, choice: AccountsChoice, now: datetime
) -> list[PlatformAccount]:
    """Choose accounts and begin to read them; raises as ``choose_accounts`` does."""
    chosen = choose_accounts(connection, choice, now)
    start_if_due(connection, now)
    return chosen
