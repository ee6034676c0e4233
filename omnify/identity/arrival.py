"""When a request came and from which device, for the views of the API and of pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from omnify.identity.addresses import client_address
from omnify.services.messages import Message


class Device(Message):
    """What a request tells of where it comes from; ``name`` is what its user calls the device."""

    user_agent: str = ""
    address: str | None = None
    name: str = ""

    @classmethod
    def of_request(cls, meta: Mapping[str, Any], *, name: str = "") -> Device:
        """Return the device that a request's ``META`` names."""
        agent = meta.get("HTTP_USER_AGENT", "")
        return cls(user_agent=agent, address=client_address(meta), name=name)


class Arrival:
    """Mix into views, which live for one request each."""

    request: Any

    @cached_property
    def now(self) -> datetime:
        """Return when the view took the request up, one instant for all that it does."""
        return timezone.now()

    @cached_property
    def device(self) -> Device:
        """Return the device that the request comes from."""
        return Device.of_request(self.request.META)
