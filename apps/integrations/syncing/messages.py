"""What the API of syncs takes and answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.integrations.connections.messages import Described, ExternalId
from omnify.api.fields import one_of
from omnify.services.messages import AwareDatetime, Message

_STATES = ("queued", "running", "waiting_for_quota", "succeeded", "failed", "cancelled")


class Period(Message, rename={"from_date": "from", "to_date": "to"}):
    """Days, both included."""

    from_date: Annotated[dt.date | None, Meta(description="First day.")] = None
    to_date: Annotated[dt.date | None, Meta(description="Last day; today by default.")] = None


class SyncInput(Period):
    """What to read; without anything, what is new and what still changes."""

    accounts: Annotated[
        tuple[Annotated[str, Meta(max_length=128)], ...],
        Meta(max_length=1000, description="Of those that are chosen; all by default."),
    ] = ()
    levels: Annotated[
        tuple[Annotated[str, one_of(["account", "campaign", "ad"])], ...],
        Meta(max_length=3, description="Of metrics; all by default.", examples=[["account"]]),
    ] = ()
    dry_run: Annotated[bool, Meta(description="Only tell what would be asked.")] = False


class SliceCounts(Message, rename=lambda name: name.removeprefix("slices_")):
    """How many parts of a run there are."""

    slices_done: int
    slices_total: int
    slices_failed: int = 0


class RowCounts(Message, rename=lambda name: name.removeprefix("rows_")):
    """What became of the rows that the platform gave."""

    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_removed: int


class SyncError(Message, rename={"error_code": "code", "error_words": "message"}):
    """Why a run, or a part of it, did not end well."""

    error_code: Annotated[str, Meta(examples=["platform_unreachable"])]
    error_words: str
    request_id: Annotated[str, Meta(description="The platform's name of the exchange.")] = ""


class SyncNotice(Message):
    """Something that people should know of how a run read."""

    code: Annotated[str, Meta(examples=["changes_forgotten"])]
    message: str


class SyncRun(Message):
    """A reading of a connection's platform."""

    id: UUID
    connection_id: UUID
    state: Annotated[str, one_of(_STATES)]
    slices: SliceCounts
    rows: RowCounts
    calls: Annotated[int, Meta(description="Requests to the platform.")]
    disagreements: Annotated[int, Meta(description="Sums of days that differ from the platform's.")]
    error: SyncError | None
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    resume_at: Annotated[AwareDatetime | None, Meta(description="When its quota is back.")] = None
    notices: tuple[SyncNotice, ...] = ()


class SyncPlan(Message, rename={"from_date": "from", "to_date": "to"}):
    """What a run would ask."""

    slices: Annotated[int, Meta(description="Questions to the platform, if none is too much.")]
    from_date: dt.date | None
    to_date: dt.date | None


class RunsFilter(Message):
    """Which runs a list has."""

    connection_id: UUID | None = None


class StreamFreshness(Message):
    """How much of a stream of an account is here: it is whole from its first day to its last."""

    account: ExternalId
    stream: Annotated[str, Meta(examples=["metrics"])]
    level: Annotated[str, Meta(examples=["campaign"])]
    first_date: dt.date | None
    last_date: dt.date | None
    asked_at: AwareDatetime | None
    days: Annotated[int, Meta(description="Days that were read.")] = 0
    wanted_days: Annotated[int, Meta(description="Days that are to be read.")] = 0


class Freshness(Described):
    """How fresh a connection is: in one word, one sentence, and by stream.

    There may be orders since ``began_on``, if the platform says so. Where they are whole only since
    a later day, nobody knows whether a customer is new unless the platform tells.
    """

    streams: tuple[StreamFreshness, ...]
    history_from: Annotated[dt.date | None, Meta(description="Since when orders are whole.")] = None
    began_on: dt.date | None = None


class Field(Message):
    """Whether a platform gives a measure at a level: unknown while nothing came, or why not."""

    measure: Annotated[str, Meta(examples=["spend"])]
    level: Annotated[str, Meta(examples=["campaign"])]
    state: Annotated[str, Meta(examples=["available"])]


class ReconciledDay(Message):
    """A measure and day of an account: our sum and the platform's own, in millionths.

    They agree where both are alike to the millionth, or the day was open.
    """

    date: dt.date
    account: ExternalId
    measure: Annotated[str, Meta(examples=["spend"])]
    ours: Annotated[int | None, Meta(description="Null where nothing is known.")]
    theirs: int
    is_provisional: Annotated[bool, Meta(description="Whether the day was open.")]
    agrees: bool = True


class Reconciliation(Message):
    """Our sums against the platform's own, per day."""

    days: tuple[ReconciledDay, ...]
    totals_disagree: Annotated[int, Meta(description="How many sums of closed days differ.")]
