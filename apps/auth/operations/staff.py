"""Making users part of the platform's staff."""

from __future__ import annotations

from apps.auth.models import User
from omnify.db import atomic


def set_staff_role(*, email: str, role: str) -> bool:
    """Give a user a staff role (or none); tells whether there is such a user.

    The next access token carries it, within five minutes.
    """
    with atomic("auth"):
        return bool(User.objects.filter(email=email.strip().lower()).update(staff_role=role))
