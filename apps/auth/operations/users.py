"""Making users, and changing what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterable

from apps.auth.exceptions import EmailTakenError
from apps.auth.messages.users import NewUser
from apps.auth.models import User
from apps.auth.operations.addresses import add_address
from apps.auth.operations.passwords import refuse_weak_password
from omnify.db import atomic


def prepare_user(new: NewUser, *, email: str, words: Iterable[str] = ()) -> User:
    """A user who is not kept yet; takes as long whoever has the address.

    Raises:
        WeakPasswordError: the password is refused.
    """
    user = User(email=email, first_name=new.first_name, last_name=new.last_name)
    refuse_weak_password(new.password, user=user, words=words)
    user.set_password(new.password)
    return user


def keep_user(user: User, *, is_verified: bool) -> None:
    """Write a prepared user and their address; call it inside ``atomic("auth")``.

    Raises:
        EmailTakenError: somebody has this address.
    """
    if User.objects.filter(email=user.email).exists():
        raise EmailTakenError
    user.save()
    add_address(user, email=user.email, is_verified=is_verified)


def change_user(user: User, **fields: str) -> User:
    """Change a user's own name."""
    for name, value in fields.items():
        setattr(user, name, value)
    with atomic("auth"):
        user.save(update_fields=list(fields))
    return user
