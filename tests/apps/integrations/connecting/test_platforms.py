"""Each platform is connected through its own peer, renewed, and given back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
import requests

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.registry import list_specs
from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.meta_ads import MetaAdsPeer
from deploy.sandbox.shopify import ShopifyPeer
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.factories.auth import make_member, make_organization
from tests.peers.gohighlevel import GoHighLevelPeer
from tests.peers.hubspot import HubSpotPeer
from tests.peers.klaviyo import KlaviyoPeer
from tests.peers.linkedin_ads import LinkedInPeer
from tests.peers.stripe import StripePeer
from tests.peers.tiktok_ads import TikTokPeer
from tests.peers.triplewhale import KEY, SHOP, TripleWhalePeer

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TODAY = NOW.date()


class Case(NamedTuple):
    """A platform, its peer, the shop to be named, and whether it can renew and take back."""

    platform: str
    make: Callable
    shop: str = ""
    is_renewed: bool = True
    is_revoked: bool = True


CASES = (
    Case("google_ads", GoogleAdsPeer),
    Case("youtube_ads", GoogleAdsPeer),
    Case("meta_ads", MetaAdsPeer),
    Case("linkedin_ads", LinkedInPeer),
    Case("tiktok_ads", TikTokPeer, is_renewed=False),
    Case("klaviyo", lambda: KlaviyoPeer(TODAY)),
    Case("hubspot", lambda: HubSpotPeer(TODAY)),
    Case("gohighlevel", lambda: GoHighLevelPeer(TODAY), is_revoked=False),
    Case("stripe", lambda: StripePeer(NOW), is_revoked=False),
    Case("shopify", ShopifyPeer, "northwind-sample", is_revoked=False),
)


@pytest.fixture
def browser():
    return Browser(make_member(make_organization(), "owner").client)


class TestConsent:
    def test_is_walked_for_each_platform_that_asks_for_it(self):
        by_consent = {spec.id for spec in list_specs() if "oauth" in spec.connects_by}

        assert {case.platform for case in CASES} == by_consent

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.platform)
    def test_connects_renews_and_is_given_back(self, settings, browser, case):
        path = f"/api/integrations/{case.platform}"
        with case.make() as peer:
            settings.PLATFORMS = {case.platform: peer.settings}
            asked = {"shop": case.shop} if case.shop else {}
            sent = consent(browser.leave(f"{path}/oauth/authorize", **asked))
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


class TestShop:
    @pytest.fixture
    def peer(self, settings):
        with ShopifyPeer() as peer:
            settings.PLATFORMS = {"shopify": peer.settings}
            yield peer

    def test_that_consents_is_the_one_that_was_asked(self, peer, browser):
        path = "/api/integrations/shopify/oauth"
        sent = consent(browser.leave(f"{path}/authorize", shop="northwind-sample"))
        said = {**sent, "shop": "other.myshopify.com"}
        del said["hmac"]

        answer = browser.come_back(peer.sign(said), path=f"{path}/callback")

        assert (answer.status_code, answer.json()["code"]) == (400, "oauth_state_invalid")
        assert not Connection.unscoped.exists()
        assert peer.asked_of("access_token") == []

    def test_that_there_is_not_is_told_by_the_sample(self, peer, browser):
        url = browser.leave("/api/integrations/shopify/oauth/authorize", shop="other")

        answer = requests.get(url, timeout=9)

        assert (answer.status_code, "northwind-sample" in answer.text) == (404, True)


class TestKey:
    def test_connects_triple_whale(self, settings, browser):
        path = "/api/integrations/triplewhale"
        with TripleWhalePeer(TODAY) as peer:
            settings.PLATFORMS = {"triplewhale": {"API_URL": peer.url}}
            body = {"api_key": KEY, "shop": SHOP}
            answer = browser.client.post(f"{path}/connect", body, format="json")

        assert answer.status_code == 201, answer.json()
        assert PlatformAccount.unscoped.exists()
