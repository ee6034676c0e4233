"""Recovery codes."""

from __future__ import annotations

from apps.auth.models import RecoveryCode, User


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes a user has left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()
