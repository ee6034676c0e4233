"""Events: facts published with the change that made them so, and handled by who listens."""

from omnify.events.messages import Event
from omnify.events.publishing import publish
from omnify.events.subscriptions import on

__all__ = ["Event", "on", "publish"]
