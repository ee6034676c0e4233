"""What connections give to pages whose numbers rest on them: which of them needs its owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from apps.integrations.connections.queries import list_platform_connections
from apps.integrations.connections.states import State, describe_state, read_facts
from apps.integrations.syncing.pages.frame import url_of
from omnify.names import fold, isolate
from omnify.pages.days import say_day
from omnify.pages.shell import Need, Needs

#: In which nothing new comes until a person does something; what was ended or paused is meant so.
_NEEDY: Final = {State.REAUTHORISE, State.ACCESS_LOST}


def find_needs(channel: str) -> Iterator[Need]:
    """Yield the connections that need their owner; of a channel those that bring it."""
    rows = list_platform_connections()
    if channel:
        rows = rows.filter(channels__name_key=fold(channel))
    for row in rows:
        state, sentence, _ = describe_state(row)
        if state not in _NEEDY:
            continue
        whole_to = read_facts(row).whole_to
        since = f" Its numbers are complete to {say_day(whole_to)}." if whole_to else ""
        text = f"{isolate(row.name)} needs its owner. {sentence}{since}"
        yield Need(text=text, url=url_of("connection", row), label="See the connection")


NEEDS: Final = Needs("integration:view", find_needs)
