"""A shop owner's consent, and the tokens that come of it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.test import override_settings

from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import GrantEndedError, RequestRefusedError
from deploy.sandbox.shopify import ShopifyPeer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SHOP = "northwind-sample.myshopify.com"
CONSENT = Consent("https://omnify.example/callback", state="s-1", shop=SHOP)
FACTS = {"shop": "northwind-sample"}


@pytest.fixture
def peer():
    with ShopifyPeer() as peer, override_settings(PLATFORMS={"shopify": peer.settings}):
        yield peer


@pytest.fixture
def oauth(peer):
    return open_oauth("shopify")


def consent(oauth):
    """Agree, and return what comes back to us."""
    url = f"{oauth.authorize_url(CONSENT)}&agreed=yes"
    answer = requests.get(url, allow_redirects=False, timeout=5)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


class TestAuthorizing:
    def test_is_at_the_shops_own_address(self):
        with override_settings(PLATFORMS={"shopify": {"CLIENT_ID": "a", "CLIENT_SECRET": "b"}}):
            url = urlsplit(open_oauth("shopify").authorize_url(CONSENT))

        assert (url.netloc, url.path) == (SHOP, "/admin/oauth/authorize")
        assert dict(parse_qsl(url.query))["scope"] == "read_orders,read_all_orders,read_customers"

    @pytest.mark.parametrize(
        "shop",
        ["", "evil.example", "x.myshopify.com.evil.example", "-x", "a/b", "x@y", "A", "x\n", "ü"],
    )
    def test_goes_to_no_other_address(self, shop):
        with override_settings(PLATFORMS={"shopify": {"CLIENT_ID": "a", "CLIENT_SECRET": "b"}}):
            oauth = open_oauth("shopify")

        with pytest.raises(RequestRefusedError):
            oauth.authorize_url(CONSENT._replace(shop=shop))


class TestCallbacks:
    def test_that_the_shop_signed_are_taken(self, oauth):
        assert oauth.check_callback(consent(oauth), SHOP)

    @pytest.mark.parametrize("change", [{"code": "x"}, {"more": "x"}, {"hmac": ""}, {"hmac": "ü"}])
    def test_that_were_changed_are_not(self, oauth, change):
        assert not oauth.check_callback({**consent(oauth), **change}, SHOP)

    def test_without_a_signature_are_not(self, oauth):
        back = consent(oauth)
        del back["hmac"]

        assert not oauth.check_callback(back, SHOP)

    @pytest.mark.parametrize("shop", ["evil.example", "other.myshopify.com", SHOP.upper()])
    def test_of_another_shop_are_not_though_shopify_signed_them(self, oauth, peer, shop):
        assert not oauth.check_callback(peer.sign({"code": "c", "shop": shop}), SHOP)


class TestTokens:
    def test_end_after_an_hour_and_are_renewed_for_ninety_days(self, oauth):
        grant = oauth.redeem(consent(oauth)["code"], CONSENT, NOW)

        assert grant.expires_at == NOW + timedelta(hours=1)
        assert grant.refresh_expires_at == NOW + timedelta(days=90)
        assert grant.facts == FACTS
        assert set(grant.scopes) == {"read_orders", "read_all_orders", "read_customers"}

    def test_without_an_end_are_taken_too(self, oauth, peer):
        peer.gives_endless = True

        grant = oauth.redeem(consent(oauth)["code"], CONSENT, NOW)

        assert (grant.expires_at, grant.refresh_token) == (None, "")

    def test_rotate_and_a_lost_answer_loses_nothing(self, oauth):
        first = oauth.redeem(consent(oauth)["code"], CONSENT, NOW).refresh_token

        lost = oauth.refresh(first, FACTS, NOW)
        second = oauth.refresh(first, FACTS, NOW)
        assert len({first, lost.refresh_token, second.refresh_token}) == 3
        oauth.refresh(second.refresh_token, FACTS, NOW)
        with pytest.raises(GrantEndedError):
            oauth.refresh(first, FACTS, NOW)

    def test_end_with_the_app_in_the_shop(self, oauth, peer):
        grant = oauth.redeem(consent(oauth)["code"], CONSENT, NOW)
        peer.is_installed = False

        with pytest.raises(GrantEndedError):
            oauth.refresh(grant.refresh_token, FACTS, NOW)

    def test_of_a_used_code_are_refused(self, oauth):
        code = consent(oauth)["code"]
        oauth.redeem(code, CONSENT, NOW)

        with pytest.raises(RequestRefusedError):
            oauth.redeem(code, CONSENT, NOW)
