"""Making users, and what their passwords must not be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.auth.exceptions import EmailTakenError, WeakPasswordError
from apps.auth.models import User
from apps.auth.operations.addresses import add_address
from omnify.db import atomic
from omnify.services.messages import Message

#: A word of the user's own, this long or longer, has no place in the password.
_SHORTEST_GUESS = 4
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class NewUser(Message):
    """Who registers."""

    first_name: str
    last_name: str
    password: str


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


def refuse_weak_password(
    password: str, *, user: User, words: Iterable[str] = (), field: str = "password"
) -> None:
    """Refuse a password that is short, common, or made of what anybody knows about the user.

    Raises:
        WeakPasswordError: with the reasons.
    """
    names = (*words, user.first_name, user.last_name)
    context_words = [*names, *_BETWEEN_WORDS.split(" ".join((*names, user.email)))]
    lowered = password.lower()
    problems = [
        f"It contains '{word}', which anybody could guess."
        for word in dict.fromkeys(context_words)
        if len(word) >= _SHORTEST_GUESS and word.lower() in lowered
    ]
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems.extend(error.messages)
    if problems:
        raise WeakPasswordError(errors=[{"field": field, "message": text} for text in problems])


def change_user(user: User, **fields: str) -> User:
    """Change a user's own name."""
    for name, value in fields.items():
        setattr(user, name, value)
    with atomic("auth"):
        user.save(update_fields=list(fields))
    return user
