"""Links that were mailed to addresses, and which account has a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User
from omnify.email_addresses import fold_email

#: Rows that one statement changes.
_BATCH: Final = 500


class EmailToken(models.Model):
    """A link that was mailed to an address; it proves the address or resets a password, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_tokens")
    purpose = models.CharField(max_length=20)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[EmailToken]:
        """Return the expired links: used or not, they are refused."""
        return cls.objects.filter(expires_at__lt=now)


def claim_mailboxes(users: models.QuerySet[Any], *, proven: models.QuerySet[Any]) -> None:
    """Give each mailbox that no account has to its oldest proven account, else to its oldest.

    ``users`` are all users, ``proven`` the rows of proven addresses; the models may be former ones.
    """
    is_proven = set(proven.values_list("user_id", "email"))
    taken = set(users.exclude(canonical_email=None).values_list("canonical_email", flat=True))
    claims = []
    without = users.filter(canonical_email=None).order_by("created_at", "id").only("email")
    for user in sorted(without, key=lambda user: (user.id, user.email) not in is_proven):
        canonical = fold_email(user.email)
        if canonical not in taken:
            taken.add(canonical)
            user.canonical_email = canonical
            claims.append(user)
    users.bulk_update(claims, ["canonical_email"], batch_size=_BATCH)
