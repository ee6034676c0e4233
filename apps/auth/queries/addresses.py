"""Whether addresses are proven, and which accounts share a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from apps.auth.models import EmailToken, User
from omnify.conf import settings
from omnify.email_addresses import fold_email


def is_verification_mandatory() -> bool:
    """Tell whether an address has to be proven before its user may sign in."""
    return settings.AUTH_EMAIL_VERIFICATION == "mandatory"


def list_doubled_accounts() -> list[tuple[User, User]]:
    """List the accounts whose mailbox another one has, by address, with that other one."""
    doubled = list(User.objects.filter(canonical_email=None).order_by("email"))
    mailboxes = [fold_email(user.email) for user in doubled]
    holders = {
        holder.canonical_email: holder
        for holder in User.objects.filter(canonical_email__in=mailboxes)
    }
    return [
        (user, holders[mailbox])
        for user, mailbox in zip(doubled, mailboxes, strict=True)
        if mailbox in holders
    ]


def find_pending_address(user: User, *, now: datetime) -> str:
    """Return the address that a user asked for and has yet to prove, empty without one."""
    links = EmailToken.objects.filter(user=user, purpose="change", used_at=None, expires_at__gt=now)
    link = links.order_by("-created_at").first()
    return link.email if link else ""


def is_email_verified(user: User) -> bool:
    """Tell whether the user's current address is proven."""
    rows: QuerySet[Any] = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return rows.exists()
