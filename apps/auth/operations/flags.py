"""Setting feature flags for the whole fleet."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError

from omnify.api.flags import FlagChanged, copy_flag
from omnify.db import alias_of, atomic
from omnify.events import publish
from omnify.exceptions import InvalidInputError
from omnify.flags.models import Flag

_PERCENT = 100
_LONGEST_NAME = 120


def set_flag(
    name: str, *, enabled: bool, percent: int = 0, organization_ids: Iterable[UUID] = ()
) -> None:
    """Set a flag here at once, and everywhere within a second.

    Raises:
        InvalidInputError: no name, a share that is none, or a method stopped for some.
    """
    if not 0 < len(name) <= _LONGEST_NAME or not 0 <= percent <= _PERCENT:
        raise InvalidInputError(
            f"A flag has a name of 1 to {_LONGEST_NAME} characters and a share of 0 to {_PERCENT}."
        )
    chosen = tuple(organization_ids)
    try:
        Flag(name=name, percent=percent, organization_ids=[str(each) for each in chosen]).clean()
    except ValidationError as error:
        raise InvalidInputError(str(error.message)) from error
    _tell(FlagChanged(name=name, enabled=enabled, percent=percent, organization_ids=chosen))


def remove_flag(name: str) -> None:
    """Take a flag away: what asks for it decides by its own default again."""
    _tell(FlagChanged(name=name, enabled=False, percent=0, organization_ids=(), is_removed=True))


def _tell(change: FlagChanged) -> None:
    with atomic("auth"):
        copy_flag(change, alias_of("auth"))
        publish(change)
