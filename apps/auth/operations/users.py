"""Making users, and changing what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.auth.exceptions import EmailTakenError
from apps.auth.messages.users import NewUser
from apps.auth.models import Membership, User
from apps.auth.operations.addresses import add_address, require_deliverable
from apps.auth.operations.passwords import refuse_weak_password
from apps.auth.queries import get_member
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


def change_profile(*, user_id: UUID, **fields: str) -> Membership:
    """Change a user's own name and voice, and the reader's role that they have in the organization.

    Raises:
        MemberNotFoundError: the user lost the membership meanwhile.
    """
    with atomic("auth"):
        member = get_member(user_id=user_id)
        for name, value in fields.items():
            setattr(member if name == "reader_role" else member.user, name, value)
        member.save(update_fields=fields.keys() & {"reader_role"})
        member.user.save(update_fields=fields.keys() - {"reader_role"})
    return member
