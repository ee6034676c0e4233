"""Publish facts with the change that made them so, and handle the facts of others."""

from omnify.events.messages import Event
from omnify.events.publishing import publish
from omnify.events.subscriptions import on

__all__ = ["Event", "on", "publish"]
