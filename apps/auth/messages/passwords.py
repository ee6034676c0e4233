"""Passwords."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from apps.auth.messages.addresses import Link
from omnify.api.fields import VERBATIM
from omnify.services.messages import Message

_EXAMPLE = "correct horse battery"
#: As it is typed: normalized, no more than 128 characters are left of a password that is taken.
MOST_TYPED: Final = 512
Password = Annotated[
    str, Meta(min_length=1, max_length=MOST_TYPED, examples=[_EXAMPLE], extra=VERBATIM)
]
#: What is wrong with a new password is said by the operation that takes it.
NewPassword = Annotated[
    str,
    Meta(
        max_length=MOST_TYPED,
        description="12 to 128 characters, counted after Unicode normalization (NFKC).",
        examples=[_EXAMPLE],
        extra_json_schema={"minLength": 12, "format": "new-password"},
        extra=VERBATIM,
    ),
]


class PasswordChange(Message):
    """The current password and the new one."""

    current_password: Password
    new_password: NewPassword


class PasswordReset(Link):
    """The secret of a mailed link and a new password."""

    new_password: NewPassword
