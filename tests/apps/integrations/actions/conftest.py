"""Connections to platforms of this machine, on which a person acts."""

from dataclasses import replace
from functools import partial

import pytest

from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.google_samples import BERLIN, TOKYO
from deploy.sandbox.meta_ads import MetaAdsPeer
from tests.apps.integrations.actions.acting import acting
from tests.factories.auth import make_organization


@pytest.fixture
def person(make_principal):
    return make_principal("manager", organization_id=make_organization().id)


@pytest.fixture
def google_in(person, client_for):
    """Act on Google, whose shop has another currency."""

    def make(peer, currency):
        peer.customers[BERLIN] = replace(peer.customers[BERLIN], currency=currency)
        return acting("google_ads", peer, person, client_for(person), TOKYO, BERLIN)

    with GoogleAdsPeer() as peer:
        yield partial(make, peer)


@pytest.fixture
def google(google_in):
    with google_in("EUR") as acts:
        yield acts


@pytest.fixture
def meta_in(person, client_for):
    """Act on Meta, whose shop has another currency."""

    def make(peer, currency):
        peer.accounts["1001"] = replace(peer.accounts["1001"], currency=currency)
        return acting("meta_ads", peer, person, client_for(person), "1001", "1002")

    with MetaAdsPeer() as peer:
        yield partial(make, peer)


@pytest.fixture
def meta(meta_in):
    with meta_in("EUR") as acts:
        yield acts
