"""A connection to a Google of this machine, and the way to it."""

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.registry import get_adapter
from deploy.sandbox.google_ads import GoogleAdsPeer
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected


@pytest.fixture
def adapter():
    return get_adapter("google_ads")


@pytest.fixture
def peer():
    with GoogleAdsPeer() as peer:
        peer.now = lambda: START
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("google_ads", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def api(connection, clock):
    """The connection's way to the peer; its clock passes when it waits."""
    return open_api(connection, clock=clock)
