"""What starts a platform's workflows and flows: something that happened to a contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from apps.integrations.platforms.port import Api
from omnify.services.messages import Message

#: What the action is called, and the level of what it is about.
TRIGGER: Final = "trigger"
EVENT: Final = "event"


class Occurrence(Message):
    """Something that happened to a contact, who is kept nowhere here.

    Attributes:
        id: ours, by which the platform can tell that it has it already.
        event: what happened, by the platform's name of it.
        email: whose it is.
        properties: what the workflow or flow can use of it.
    """

    id: str
    event: str
    email: str
    properties: dict[str, str]


#: Send it, once; raises a ``PlatformError`` where it is refused, or the answer is lost.
Send: TypeAlias = Callable[[Api, Occurrence], None]


class Trigger(Message):
    """How a platform is told of an occurrence, and the right that a person has to grant for it."""

    platform: str
    scope: str
    send: Send
