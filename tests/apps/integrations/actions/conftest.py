"""Connections to platforms of this machine, on which a person acts."""

from dataclasses import replace
from functools import partial

import pytest

from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.google_samples import BERLIN, TOKYO
from deploy.sandbox.meta_ads import MetaAdsPeer
from tests.apps.integrations.actions.acting import acting
from tests.factories.auth import make_organization
from tests.peers import tiktok_ads
from tests.peers.linkedin_ads import OTHER, SHOP, LinkedInPeer
from tests.peers.tiktok_ads import TikTokPeer


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


@pytest.fixture
def tiktok_in(person, client_for):
    """Act on TikTok, whose shop has another currency."""

    def make(peer, currency):
        peer.currencies[tiktok_ads.BERLIN] = currency
        accounts = (tiktok_ads.TOKYO, tiktok_ads.BERLIN)
        return acting("tiktok_ads", peer, person, client_for(person), *accounts)

    with TikTokPeer() as peer:
        yield partial(make, peer)


@pytest.fixture
def tiktok(tiktok_in):
    with tiktok_in("EUR") as acts:
        yield acts


@pytest.fixture
def linkedin_in(person, client_for):
    """Act on LinkedIn, whose shop has another currency."""

    def make(peer, currency):
        peer.currencies[SHOP] = currency
        for campaign in peer.changes.campaigns.values():
            campaign["dailyBudget"]["currencyCode"] = currency
        return acting("linkedin_ads", peer, person, client_for(person), OTHER, SHOP)

    with LinkedInPeer() as peer:
        yield partial(make, peer)


@pytest.fixture
def linkedin(linkedin_in):
    with linkedin_in("EUR") as acts:
        yield acts
