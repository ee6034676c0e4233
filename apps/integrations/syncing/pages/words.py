"""The words and chips by which pages tell how connections and their runs stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import Standing, State, SyncFacts, read_facts
from apps.integrations.syncing.models import SyncRun, SyncSlice
from omnify.pages.days import find_zone, say_day, say_moment, say_near_moment
from omnify.pages.numbers import count
from omnify.pages.parts import Chip

_DAY: Final = timedelta(days=1)
#: Of each state one of the five that people know by their icons, and its word.
CHIPS: Final = {
    State.DISCONNECTED: Chip(state="waiting", text="Disconnected"),
    State.REAUTHORISE: Chip(state="needs", text="Needs its owner"),
    State.PAUSED: Chip(state="waiting", text="Paused"),
    State.VERSION_ENDED: Chip(state="failed", text="Version ended"),
    State.ACCESS_LOST: Chip(state="needs", text="Access lost"),
    State.WAITING_FOR_QUOTA: Chip(state="waiting", text="Waits for its quota"),
    State.CONNECTING: Chip(state="needs", text="Accounts to choose"),
    State.LATE: Chip(state="running", text="Late"),
    State.DEGRADED: Chip(state="failed", text="Not whole"),
    State.BACKFILLING: Chip(state="running", text="Fills up"),
    State.HEALTHY: Chip(state="done", text="Healthy"),
}
RUN_CHIPS: Final = {
    SyncRun.State.QUEUED: Chip(state="waiting", text="Begins soon"),
    SyncRun.State.RUNNING: Chip(state="running", text="Reads"),
    SyncRun.State.WAITING: Chip(state="waiting", text="Waits for its quota"),
    SyncRun.State.SUCCEEDED: Chip(state="done", text="Done"),
    SyncRun.State.FAILED: Chip(state="failed", text="Failed"),
    SyncRun.State.CANCELLED: Chip(state="waiting", text="Cancelled"),
}
SLICE_CHIPS: Final = {
    SyncSlice.State.WAITING: Chip(state="waiting", text="Not yet"),
    SyncSlice.State.DONE: Chip(state="done", text="Read"),
    SyncSlice.State.FAILED: Chip(state="failed", text="Failed"),
}


def say_standing(connection: Connection, standing: Standing, now: datetime) -> tuple[str, str]:
    """Return the sentence of a state, and how fresh the connection is; its days in one's voice.

    Of a healthy one its freshness is the sentence.
    """
    facts, freshness = read_facts(connection), say_freshness(connection, now)
    if standing.state is State.HEALTHY and facts.whole_to is not None:
        return freshness, ""
    sentence = standing.sentence
    if standing.state is State.WAITING_FOR_QUOTA and facts.resume_at is not None:
        sentence = f"The platform's quota is spent until {say_moment(facts.resume_at)}."
    if standing.state is State.BACKFILLING and facts.wanted_days:
        percent = f"{find_percent(facts)}\N{NO-BREAK SPACE}%"
        sentence = f"{percent} of all days are here, the newest first."
    return sentence, freshness


def find_percent(facts: SyncFacts) -> int:
    """Return how many of a hundred days are here that are to be read."""
    return facts.done_days * 100 // facts.wanted_days if facts.wanted_days else 0


def say_freshness(connection: Connection, now: datetime) -> str:
    """Return to which day all is here, what may still change, and when it is asked: a sentence.

    Empty of a connection of which nothing was read and nothing is to be.
    """
    facts = read_facts(connection)
    said = [
        f"complete to {say_day(facts.whole_to)}" if facts.whole_to else "",
        "today provisional" if _has_today(facts, now) else "",
        f"checked {say_near_moment(facts.asked_at, now)}" if facts.asked_at else "",
        _say_next(connection, now),
    ]
    sentence = ", ".join(filter(None, said))
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def say_stream(stream: str, level: str) -> str:
    """Return what a stream brings: ``Metrics by campaign``."""
    name = stream.capitalize()
    return f"{name} by {level}" if level else name


def say_run(run: SyncRun) -> str:
    """Return how far a run is, of how much; ``run`` has the numbers of its slices."""
    done, total = run.slices_done, run.slices_total  # type: ignore[attr-defined]
    if not run.is_planned:
        return "It is planned what is asked."
    parts = "1 part" if total == 1 else f"{count(total)} parts"
    rows = run.rows_new + run.rows_changed + run.rows_unchanged
    counts = f"{count(done)} of {parts}, {count(rows)} rows, {count(run.calls)} calls"
    if total and done == total:
        return f"{counts}. Its sums are compared with the platform's own."
    return f"{counts}."


def _has_today(facts: SyncFacts, now: datetime) -> bool:
    """Tell whether today was asked, which changes until it has ended."""
    if facts.whole_to is None or facts.asked_at is None:
        return False
    today = now.astimezone(find_zone()).date()
    asked = facts.asked_at.astimezone(find_zone()).date()
    return asked == today and facts.whole_to == today - _DAY


def _say_next(connection: Connection, now: datetime) -> str:
    at, credential = connection.next_sync_at, getattr(connection, "credential", None)
    # Without a token nothing is asked, whatever time was set.
    if at is None or credential is None or credential.ended_at is not None:
        return ""
    return "next within a minute" if at <= now else f"next {say_near_moment(at, now)}"
