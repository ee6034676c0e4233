"""Each platform is connected through its own peer, renewed, and given back."""

from datetime import UTC, datetime
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


class TestConsent:
    @pytest.mark.parametrize(
        ("platform", "make", "go", "is_renewed", "is_revoked"),
        [
            ("google_ads", GoogleAdsPeer, at_page, True, True),
            ("youtube_ads", GoogleAdsPeer, at_page, True, True),
            ("meta_ads", MetaAdsPeer, at_page, True, True),
            ("linkedin_ads", LinkedInPeer, at_page, True, True),
            ("tiktok_ads", TikTokPeer, at_page, False, True),
            ("klaviyo", lambda: KlaviyoPeer(TODAY), agree, True, False),
            ("hubspot", lambda: HubSpotPeer(TODAY), agree, True, False),
            ("gohighlevel", lambda: GoHighLevelPeer(TODAY), agree, True, False),
        ],
    )
    def test_connects_renews_and_is_given_back(
        self, settings, platform, make, go, is_renewed, is_revoked
    ):
        browser = Browser(make_member(make_organization(), "owner").client)
        path = f"/api/integrations/{platform}"
        with make() as peer:
            settings.PLATFORMS = {platform: peer.settings}
            sent = go(peer, browser.leave(f"{path}/oauth/authorize"))
            answer = browser.come_back(sent, path=f"{path}/oauth/callback")
            assert answer.status_code == 200, answer.json()
            assert Connection.unscoped.get().external_id
            assert PlatformAccount.unscoped.exists()
            renewed = browser.client.post(f"{path}/oauth/refresh")
            assert renewed.status_code == (200 if is_renewed else 409), renewed.json()
            assert Credential.unscoped.get().ended_at is None
            ended = browser.client.post(f"{path}/oauth/disconnect").json()

        assert ended["is_revoked"] is is_revoked
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
