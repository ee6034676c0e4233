"""Halve a day that is too much by what was advertised on it: first by campaigns, then by ads."""

from __future__ import annotations

import msgspec

from apps.integrations.platforms.meta_ads import queries
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account, Slice

_SMALLEST = 2


def split(api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
    """Return two halves of a slice of one day; () if it cannot be halved.

    A part names its entities: ``campaign:1,2`` or ``ad:3``. All that were shown on the day are in
    one of the halves, whatever became of them since.
    """
    if wanted.level == "account":
        return ()
    kind, _, names = wanted.part.partition(":")
    ids = names.split(",") if names else []
    if not kind:
        kind, ids = "campaign", _list_ids(api, account, wanted, "campaign")
    if len(ids) < _SMALLEST and kind == "campaign" and wanted.level == "ad":
        kind, ids = "ad", _list_ids(api, account, wanted, "ad")
    if len(ids) < _SMALLEST:
        return ()
    middle = len(ids) // 2
    return tuple(
        msgspec.structs.replace(wanted, part=f"{kind}:{','.join(half)}")
        for half in (ids[:middle], ids[middle:])
    )


def _list_ids(api: Api, account: Account, wanted: Slice, kind: str) -> list[str]:
    """Return the ids of all that was shown within a slice; little is asked of each."""
    asked = msgspec.structs.replace(wanted, level=kind)
    query = queries.build_query(asked, queries.WINDOWS, numbers=("impressions",))
    return sorted({row.find_id(kind) for row in queries.ask(api, account, query, asked)})
