"""An organization and its owner."""

import pytest

from tests.factories.auth import make_member, make_organization


@pytest.fixture
def organization(db):
    return make_organization()


@pytest.fixture
def owner(organization):
    return make_member(organization, "owner")
