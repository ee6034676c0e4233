"""What happens around a test: events arrive, jobs run."""

from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from omnify.identity.revocations import revocations
from omnify.services.registry import manifests


def deliver():
    """Bring all events to their handlers, as the workers do, until none is left."""
    while relay("default"):
        for subscriber in (FLOOR, *manifests()):
            dispatch("default", subscriber)
    revocations.reset()
