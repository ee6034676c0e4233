"""Start Klaviyo's flows, by an event of the metric that they wait for.

Source: https://developers.klaviyo.com/en/reference/create_event
"""

from __future__ import annotations

from typing import Any, Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.triggers import Occurrence, Trigger


def send_event(api: Api, occurrence: Occurrence) -> None:
    """Tell Klaviyo of an event; it makes the metric and the profile where it has none."""
    attributes = {
        "metric": _wrap("metric", {"name": occurrence.event}),
        "profile": _wrap("profile", {"email": occurrence.email}),
        "properties": occurrence.properties,
        "unique_id": occurrence.id,
    }
    api.post("/api/events", _wrap("event", attributes))


def _wrap(kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"type": kind, "attributes": attributes}}


TRIGGER: Final = Trigger(platform="klaviyo", scope="events:write", send=send_event)
