"""What happens around a test: events arrive, jobs run, caches are forgotten."""

from apps.auth.operations.signing_keys import forget_signing_key
from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from omnify.flags.decisions import reset_flags
from omnify.identity.api_keys import api_keys
from omnify.identity.keys import key_set
from omnify.identity.revocations import revocations
from omnify.pages.viewers import viewers
from omnify.services.registry import manifests


def deliver():
    """Bring all events to their handlers, as the workers do, until none is left."""
    while relay("default"):
        for subscriber in (FLOOR, *manifests()):
            dispatch("default", subscriber)
    revocations.reset()


def reset_caches():
    """Forget what this process has of the database in its memory."""
    reset_flags()
    forget_signing_key()
    for cache in (key_set, revocations, api_keys, viewers):
        cache.reset()
