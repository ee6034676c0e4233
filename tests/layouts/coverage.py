"""What the journey has to touch: every method of every contract, and every event."""

from __future__ import annotations

from typing import Any

from omnify.api.contracts import contracts, events
from omnify.events.subscriptions import is_floor_topic, subscribers_of
from tests.layouts.transcript import Transcript
from tests.layouts.trees import BACKGROUND


def every_method() -> set[str]:
    """All contract methods, as ``service.method``."""
    return {
        f"{place.partition('.')[0]}.{name}"
        for place, contract in contracts().items()
        for name in contract.methods
    }


def every_event() -> set[str]:
    """The topics of all events of the project; other tests of this process declare some too."""
    return {topic for topic, event in events().items() if not event.__module__.startswith("tests.")}


def touched_methods(transcript: Transcript) -> set[str]:
    """The contract methods that a journey called, in any depth."""
    found = {
        step.name.removeprefix("call ") for step in transcript.steps if step.name.startswith("call")
    }
    waiting: list[Any] = [call for step in transcript.steps for call in step.calls]
    while waiting:
        call = waiting.pop()
        found |= {call["method"]} - {BACKGROUND}
        waiting += call["calls"]
    return found


def touched_events(transcript: Transcript) -> set[str]:
    """The topics that a journey saw handled, or published when nobody listens."""
    published = {event["topic"] for step in transcript.steps for event in step.events}
    handled = {event["topic"] for event in transcript.events if event["state"] == "done"}
    return handled | {topic for topic in published if not _has_subscriber(topic)}


def _has_subscriber(topic: str) -> bool:
    return bool(subscribers_of(topic)) or is_floor_topic(topic)
