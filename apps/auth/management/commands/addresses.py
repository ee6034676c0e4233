"""Accounts that were made for spellings of one mailbox, for operators."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.auth.operations.addresses import settle_mailboxes
from apps.auth.queries import list_doubled_accounts


class Command(BaseCommand):
    """Give mailboxes to their accounts, and list the accounts that share one."""

    help = (
        "One mailbox is one account, the oldest proven one. Run this after an update from a "
        "version that told spellings apart: the other accounts sign in by the spelling listed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; each line has an account's spelling and id, and those of the mailbox's account."""
        settle_mailboxes()
        for user, holder in list_doubled_accounts():
            self.stdout.write(
                f"{user.email}  {user.id}  shares the mailbox of {holder.email}  {holder.id}"
            )
