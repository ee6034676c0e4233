"""The spelling of channels, whatever kind of connection brings them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import Channel
from omnify.names import fold


def settle_channels(connection: Connection, names: Iterable[str]) -> None:
    """Keep how the organization spelled each channel first, for those that a connection has not."""
    keys = {fold(name): name for name in reversed(list(dict.fromkeys(names))) if name}
    known = _find_names(Channel.objects.filter(connection=connection), keys)
    if missing := {key: name for key, name in keys.items() if key not in known}:
        spelled = {**missing, **_find_names(Channel.objects.all(), missing)}
        Channel.objects.bulk_create(
            Channel(
                organization_id=connection.organization_id,
                connection=connection,
                name=name,
                name_key=key,
            )
            for key, name in spelled.items()
        )


def _find_names(channels: QuerySet[Channel], keys: Iterable[str]) -> dict[str, str]:
    """Return the first spelling of each key that is known."""
    known = channels.filter(name_key__in=list(keys)).order_by("-id")
    return dict(known.values_list("name_key", "name"))
