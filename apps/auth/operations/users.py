"""Making users, and changing what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterable

from apps.auth.exceptions import EmailTakenError
from apps.auth.messages.users import NewUser
from apps.auth.models import User
from apps.auth.operations.addresses import add_address, require_deliverable
from apps.auth.operations.passwords import refuse_weak_password
from omnify.db import atomic


def prepare_user(new: NewUser, *, email: str, words: Iterable[str] = ()) -> User:
    """Return a user who is not saved yet; takes equally long for known and unknown addresses.

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
        EmailUndeliverableError: no mail can be sent to the address.
        EmailTakenError: the address belongs to an account.
    """
    user.take_email(require_deliverable(user.email))
    if User.objects.find_by_email(user.email):
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
