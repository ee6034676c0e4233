"""What the API of syncs takes and answers, and what its jobs take."""

from __future__ import annotations

import datetime as dt
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import one_of
from omnify.jobs import JobInput
from omnify.services.messages import AwareDatetime, Message

_STATES = ("queued", "running", "waiting_for_quota", "succeeded", "failed", "cancelled")
_MOST_NAMED = 1000


class SyncConnection(JobInput):
    """Read what a run is to read."""

    kind = "integrations.sync_connection"

    run_id: UUID


class StartDueSyncs(JobInput):
    """Begin the runs of connections whose time has come."""

    kind = "integrations.start_due_syncs"


class SyncInput(Message, rename={"from_date": "from", "to_date": "to"}):
    """What to read; without anything, what is new and what still changes."""

    from_date: Annotated[dt.date | None, Meta(description="First day; read again.")] = None
    to_date: Annotated[dt.date | None, Meta(description="Last day; today by default.")] = None
    accounts: Annotated[
        tuple[Annotated[str, Meta(max_length=128)], ...],
        Meta(max_length=_MOST_NAMED, description="Of those that are chosen; all by default."),
    ] = ()
    levels: Annotated[
        tuple[Annotated[str, one_of(["account", "campaign", "ad"])], ...],
        Meta(max_length=3, description="Of metrics; all by default.", examples=[["account"]]),
    ] = ()
    dry_run: Annotated[bool, Meta(description="Only tell what would be asked.")] = False


class SliceCounts(Message):
    """How many parts of a run there are."""

    done: int
    total: int
    failed: int = 0


class RowCounts(Message):
    """What became of the rows that the platform gave."""

    new: int
    changed: int
    unchanged: int
    removed: int


class SyncError(Message):
    """Why a run, or a part of it, did not end well."""

    code: Annotated[str, Meta(examples=["platform_unreachable"])]
    message: str
    request_id: Annotated[str, Meta(description="The platform's name of the exchange.")] = ""


class SyncNotice(Message):
    """Something that people should know of how a run read."""

    code: Annotated[str, Meta(examples=["changes_forgotten"])]
    message: str


class SyncRun(Message):
    """A reading of a connection's platform."""

    id: UUID
    connection_id: UUID
    state: Annotated[str, Meta(extra_json_schema={"enum": list(_STATES)})]
    slices: SliceCounts
    rows: RowCounts
    calls: Annotated[int, Meta(description="Requests to the platform.")]
    disagreements: Annotated[
        int, Meta(description="Days and measures of which the platform's own sum is another.")
    ]
    error: SyncError | None
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    resume_at: Annotated[
        AwareDatetime | None, Meta(description="When its quota is there again.")
    ] = None
    notices: tuple[SyncNotice, ...] = ()


class SyncPlan(Message, rename={"from_date": "from", "to_date": "to"}):
    """What a run would ask."""

    slices: Annotated[int, Meta(description="Questions to the platform, if none is too much.")]
    from_date: date | None
    to_date: date | None


class RunsFilter(Message):
    """Which runs a list has."""

    connection_id: UUID | None = None


class StreamFreshness(Message):
    """How much of a stream of an account is here."""

    account: Annotated[str, Meta(description="The platform's id.")]
    stream: Annotated[str, Meta(examples=["metrics"])]
    level: Annotated[str, Meta(examples=["campaign"])]
    first_date: Annotated[date | None, Meta(description="Whole from this day on.")]
    last_date: Annotated[date | None, Meta(description="Whole up to this day.")]
    asked_at: AwareDatetime | None
    days: Annotated[int, Meta(description="Days that were read.")] = 0
    wanted_days: Annotated[int, Meta(description="Days that are to be read.")] = 0


class Freshness(Message):
    """How fresh a connection is, in one word, one sentence, and by stream."""

    state: Annotated[str, Meta(examples=["healthy"])]
    sentence: Annotated[str, Meta(examples=["Complete to 25 November."])]
    action: Annotated[str, Meta(description="What helps; empty for nothing.", examples=["sync"])]
    next_sync_at: AwareDatetime | None
    streams: tuple[StreamFreshness, ...]
    history_from: Annotated[
        date | None,
        Meta(description="Since when its orders are whole; null without orders, or not yet."),
    ] = None
    began_on: Annotated[
        date | None,
        Meta(
            description="The first day of which there may be orders, if the platform says so."
            " Where `history_from` is later, nobody knows whether a customer is new unless the"
            " platform tells."
        ),
    ] = None


class Field(Message):
    """Whether a platform gives a measure at a level."""

    measure: Annotated[str, Meta(examples=["spend"])]
    level: Annotated[str, Meta(examples=["campaign"])]
    state: Annotated[
        str,
        Meta(
            description="available, unknown while nothing came, or why it does not come.",
            examples=["available"],
        ),
    ]


class ReconciliationFilter(Message, rename={"from_date": "from", "to_date": "to"}):
    """Days that are compared, both included; the last 28 by default."""

    from_date: Annotated[dt.date | None, Meta(description="First day.")] = None
    to_date: Annotated[dt.date | None, Meta(description="Last day.")] = None


class ReconciledDay(Message):
    """A measure and day of an account: our sum and the platform's own, in millionths."""

    date: dt.date
    account: Annotated[str, Meta(description="The platform's id.")]
    measure: Annotated[str, Meta(examples=["spend"])]
    ours: Annotated[int | None, Meta(description="Null where nothing is known.")]
    theirs: int
    is_provisional: Annotated[bool, Meta(description="Whether the day was open.")]
    agrees: Annotated[
        bool, Meta(description="Whether both are alike to the millionth, or the day was open.")
    ] = True


class Reconciliation(Message):
    """Our sums against the platform's own, per day."""

    days: tuple[ReconciledDay, ...]
    totals_disagree: Annotated[
        int, Meta(description="Of closed days, how many are not alike to the millionth.")
    ]
