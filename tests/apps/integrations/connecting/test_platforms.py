"""Each platform is connected through its own peer, renewed, and given back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.meta_ads import MetaAdsPeer
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.factories.auth import make_member, make_organization
from tests.peers.gohighlevel import GoHighLevelPeer
from tests.peers.hubspot import HubSpotPeer
from tests.peers.klaviyo import KlaviyoPeer
from tests.peers.linkedin_ads import LinkedInPeer
from tests.peers.tiktok_ads import TikTokPeer
from tests.peers.triplewhale import KEY, SHOP, TripleWhalePeer

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


def agree(peer, url):
    """Agree at a peer that has no page of consent; return what it would send along."""
    asked = dict(parse_qsl(urlsplit(url).query))
    peer.codes["code-1"] = asked
    return {"code": "code-1", "state": asked["state"]}


def at_page(_peer, url):
    return consent(url)


class Case(NamedTuple):
    """A platform, its peer, and what it does."""

    platform: str
    make: Callable
    go: Callable
    is_renewed: bool
    is_revoked: bool


CASES = (
    Case("google_ads", GoogleAdsPeer, at_page, is_renewed=True, is_revoked=True),
    Case("youtube_ads", GoogleAdsPeer, at_page, is_renewed=True, is_revoked=True),
    Case("meta_ads", MetaAdsPeer, at_page, is_renewed=True, is_revoked=True),
    Case("linkedin_ads", LinkedInPeer, at_page, is_renewed=True, is_revoked=True),
    Case("tiktok_ads", TikTokPeer, at_page, is_renewed=False, is_revoked=True),
    Case("klaviyo", lambda: KlaviyoPeer(TODAY), agree, is_renewed=True, is_revoked=False),
    Case("hubspot", lambda: HubSpotPeer(TODAY), agree, is_renewed=True, is_revoked=False),
    Case("gohighlevel", lambda: GoHighLevelPeer(TODAY), agree, is_renewed=True, is_revoked=False),
)


class TestConsent:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.platform)
    def test_connects_renews_and_is_given_back(self, settings, case):
        browser = Browser(make_member(make_organization(), "owner").client)
        path = f"/api/integrations/{case.platform}"
        with case.make() as peer:
            settings.PLATFORMS = {case.platform: peer.settings}
            sent = case.go(peer, browser.leave(f"{path}/oauth/authorize"))
            answer = browser.come_back(sent, path=f"{path}/oauth/callback")
            assert answer.status_code == 200, answer.json()
            assert Connection.unscoped.get().external_id
            assert PlatformAccount.unscoped.exists()
            renewed = browser.client.post(f"{path}/oauth/refresh")
            assert renewed.status_code == (200 if case.is_renewed else 409), renewed.json()
            assert Credential.unscoped.get().ended_at is None
            ended = browser.client.post(f"{path}/oauth/disconnect").json()

        assert ended["is_revoked"] is case.is_revoked
        assert not Connection.unscoped.exists()


class TestKey:
    def test_connects_triple_whale(self, settings):
        browser = Browser(make_member(make_organization(), "owner").client)
        path = "/api/integrations/triplewhale"
        with TripleWhalePeer(TODAY) as peer:
            settings.PLATFORMS = {"triplewhale": {"API_URL": peer.url}}
            body = {"api_key": KEY, "shop": SHOP}
            answer = browser.client.post(f"{path}/connect", body, format="json")

        assert answer.status_code == 201, answer.json()
        assert PlatformAccount.unscoped.exists()
