"""A member with a browser, and the sample platform."""

import pytest

from tests.apps.integrations.connecting.sample import Browser, sampling
from tests.factories.auth import make_member, make_organization


@pytest.fixture
def peer(monkeypatch):
    with sampling(monkeypatch) as peer:
        yield peer


@pytest.fixture
def member(db):
    return make_member(make_organization(), "owner")


@pytest.fixture
def browser(member):
    return Browser(member.client)
