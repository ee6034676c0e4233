"""The e-mail addresses of users and whether they are proven, in allauth's table."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from apps.auth.models import User


def add_address(user: User, *, email: str, is_verified: bool) -> None:
    """Give a new user their address."""
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=is_verified)


def mark_verified(user: User) -> None:
    """The user's present address is proven."""
    EmailAddress.objects.update_or_create(
        user=user, primary=True, defaults={"email": user.email, "verified": True}
    )


def replace_address(user: User, *, email: str) -> None:
    """The user proved another address; it takes the place of the former one."""
    EmailAddress.objects.filter(user=user).delete()
    add_address(user, email=email, is_verified=True)
