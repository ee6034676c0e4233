"""What a run leaves in its connection's row, by which lists know the connection's state."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import SyncFacts
from apps.integrations.syncing.models import SyncRun, SyncSlice
from apps.integrations.syncing.queries.streams import StreamFacts, list_streams


def note_facts(run: SyncRun, now: datetime) -> None:
    """Keep what is known of a connection after a run, or a part of it; nothing if it is gone."""
    found = SyncRun.objects.select_related("connection").filter(id=run.id).first()
    if found is None:
        return
    run = found
    streams = list(list_streams(run.connection, now))
    failed = run.slices.filter(state=SyncSlice.State.FAILED).values_list("stream", "level")
    orders = [each.whole for each in streams if each.stream.name == "orders"]
    whole = [each for each in orders if each is not None]
    are_known = bool(whole) and len(whole) == len(orders)
    begun = [each.account.began_on for each in streams if each.account.began_on]
    facts = SyncFacts(
        error=run.error_code if run.state == SyncRun.State.FAILED else "",
        failed=tuple(sorted({f"{stream} {level}".strip() for stream, level in failed})),
        disagreements=run.disagreements,
        done_days=sum(each.done_days for each in streams),
        wanted_days=sum(each.wanted_days for each in streams),
        whole_to=_find_whole_to(streams),
        asked_at=max(filter(None, (each.coverage.asked_last() for each in streams)), default=None),
        resume_at=run.resume_at if run.state == SyncRun.State.WAITING else None,
        orders_from=max(first for first, _ in whole) if are_known else None,
        orders_to=min(last for _, last in whole) if are_known else None,
        began_on=min(begun, default=None),
    )
    rows = Connection.objects.filter(id=run.connection_id)
    rows.update(sync_facts=msgspec.to_builtins(facts))


def _find_whole_to(streams: list[StreamFacts]) -> date | None:
    """Return the last day to which all streams are whole, None if one has none."""
    ends = [each.whole[1] if each.whole else None for each in streams]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None
