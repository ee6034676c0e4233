"""Start HubSpot's workflows, by an occurrence of a custom event that they wait for.

Source: https://developers.hubspot.com/docs/api-reference/latest/events/send-event-data
"""

from __future__ import annotations

from typing import Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.triggers import Occurrence, Trigger


def send_event(api: Api, occurrence: Occurrence) -> None:
    """Tell HubSpot of an occurrence, of an event that is defined there already."""
    body = {
        "eventName": occurrence.event,
        "email": occurrence.email,
        "properties": occurrence.properties,
        "uuid": occurrence.id,
    }
    api.post(f"/events/{api.configuration.api_version}/send", body)


TRIGGER: Final = Trigger(platform="hubspot", scope="automation", send=send_event)
