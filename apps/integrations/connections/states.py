"""The one word that says how a connection is, with a sentence and what helps, from facts alone."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from apps.integrations.connections.models import Connection

#: Fewer days that are missing are a pause that is made up for, and no backfill.
_FEW_DAYS: Final = 7


class State(StrEnum):
    """How a connection is; the first that holds counts."""

    DISCONNECTED = "disconnected"
    REAUTHORISE = "reauthorise"
    PAUSED = "paused"
    VERSION_ENDED = "version_ended"
    ACCESS_LOST = "access_lost"
    WAITING_FOR_QUOTA = "waiting_for_quota"
    CONNECTING = "connecting"
    LATE = "late"
    DEGRADED = "degraded"
    BACKFILLING = "backfilling"
    HEALTHY = "healthy"


class SyncFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What syncs leave of themselves in their connection's row, so that a list needs one query.

    Attributes:
        error: the code of what the last run failed with; empty after a good one.
        failed: the streams and levels that did not come in it.
        disagreements: days and measures of which the platform's own sum is another.
        done_days, wanted_days: of all accounts, streams and levels.
        whole_to: the last day up to which all of them are whole.
        asked_at: when any day was asked last.
        resume_at: when a quota is there again that a run waits for.
        orders_from, orders_to: the days of which all orders are here.
        began_on: the first day of which there may be any, as far as the platform says.
    """

    error: str = ""
    failed: tuple[str, ...] = ()
    disagreements: int = 0
    done_days: int = 0
    wanted_days: int = 0
    whole_to: date | None = None
    asked_at: datetime | None = None
    resume_at: datetime | None = None
    orders_from: date | None = None
    orders_to: date | None = None
    began_on: date | None = None


class Standing(NamedTuple):
    """A connection's state, one sentence of it, and the one thing that helps; empty for nothing."""

    state: State
    sentence: str
    action: str = ""


def read_facts(connection: Connection) -> SyncFacts:
    """Return what syncs left in a connection's row."""
    return msgspec.convert(connection.sync_facts, SyncFacts)


def find_state(connection: Connection) -> State:
    """Return the word of a connection, whose credential is read with it where it has one."""
    return describe_state(connection).state


def describe_state(connection: Connection) -> Standing:
    """Return how a connection is, whose credential is read with it where it has one."""
    credential = getattr(connection, "credential", None)
    if connection.disconnected_at is not None:
        words = "It is disconnected; what it brought is kept."
        return Standing(State.DISCONNECTED, words, "reconnect")
    if credential is not None and credential.ended_at is not None:
        words = "The platform asks for consent again; until then nothing new comes."
        return Standing(State.REAUTHORISE, words, "reconnect")
    if connection.paused_at is not None:
        return Standing(State.PAUSED, "It is paused; nothing new comes.", "resume")
    if credential is None:
        return Standing(State.HEALTHY, "It brings what its files have.")
    return _describe_syncs(connection, late=credential.failing_since is not None)


def _describe_syncs(connection: Connection, *, late: bool) -> Standing:  # noqa: PLR0911 - a rule a line
    """Return how the syncs of a connection are that has a token."""
    facts = read_facts(connection)
    if facts.error == "version_ended":
        words = "The platform ended the version of its API that is asked; its operator has to move."
        return Standing(State.VERSION_ENDED, words)
    if facts.error == "access_lost":
        words = "The platform no longer shows an account that is read; what came before is kept."
        return Standing(State.ACCESS_LOST, words, "choose_accounts")
    if facts.resume_at is not None:
        words = f"The platform's quota is spent until {facts.resume_at:%d %B, %H:%M} UTC."
        return Standing(State.WAITING_FOR_QUOTA, words)
    if late or facts.error == "platform_unreachable":
        words = "The platform does not answer; it is asked again within the hour."
        return Standing(State.LATE, words, "sync")
    if facts.failed or facts.error:
        streams = ", ".join(facts.failed) or "some of it"
        return Standing(State.DEGRADED, f"Not everything came: {streams}.", "retry")
    if facts.disagreements:
        words = f"{facts.disagreements} sums differ from the platform's own."
        return Standing(State.DEGRADED, words, "reconcile")
    if not (connection.version or facts.wanted_days):
        return _describe_new(connection)
    if facts.wanted_days - facts.done_days > _FEW_DAYS:
        words = f"{facts.done_days} of {facts.wanted_days} days are here, the newest first."
        return Standing(State.BACKFILLING, words)
    whole = f"Complete to {facts.whole_to:%d %B %Y}." if facts.whole_to else "All of it is here."
    return Standing(State.HEALTHY, whole)


def _describe_new(connection: Connection) -> Standing:
    """Return how a connection is of which nothing was read; what is to be read has its time."""
    if connection.next_sync_at is None:
        return Standing(State.CONNECTING, "Choose the accounts that are read.", "choose_accounts")
    return Standing(State.BACKFILLING, "The first numbers come within minutes.")
