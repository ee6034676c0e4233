"""A connection to a Meta of this machine, and the way to it."""

from datetime import UTC, datetime

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.registry import get_adapter
from deploy.sandbox.meta_ads import MetaAdsPeer
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def adapter():
    return get_adapter("meta_ads")


@pytest.fixture
def peer():
    with MetaAdsPeer() as peer:
        peer.now = lambda: NOW
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("meta_ads", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def api(connection):
    """The connection's way to the peer; its clock passes when it waits."""
    return open_api(connection, clock=Clock())


@pytest.fixture
def account(adapter, api):
    """The account in euros."""
    return next(iter(adapter.list_accounts(api)))
