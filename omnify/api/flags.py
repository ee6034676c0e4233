"""Flags in every database: one service owns them, an event brings each change everywhere."""

from __future__ import annotations

from uuid import UUID

from omnify.events import Event, on
from omnify.events.subscriptions import FLOOR
from omnify.flags.decisions import reset_flags
from omnify.flags.models import Flag


class FlagChanged(Event):
    """A flag was set, or taken away; every process decides by it within a second."""

    topic = "auth.flag.changed"
    key_field = "name"
    provided_as = "identity"

    name: str
    enabled: bool
    percent: int
    organization_ids: tuple[UUID, ...]
    is_removed: bool = False


@on(FlagChanged, subscriber=FLOOR)
def copy_flag(event: FlagChanged, alias: str) -> None:
    """Keep the flag as its owner has it."""
    rows = Flag.objects.using(alias)
    if event.is_removed:
        rows.filter(name=event.name).delete()
    else:
        values = {
            "enabled": event.enabled,
            "percent": event.percent,
            "organization_ids": [str(each) for each in event.organization_ids],
        }
        rows.update_or_create(name=event.name, defaults=values)
    reset_flags()
