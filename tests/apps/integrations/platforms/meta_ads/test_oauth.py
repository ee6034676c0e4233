"""Meta's tokens: from a code to sixty days, and on from there."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    GrantEndedError,
    RequestRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.specs import Grant
from deploy.sandbox.meta_errors import error

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CONSENT = Consent("https://omnify.example/callback", state="s")


@pytest.fixture
def oauth(connection):
    return open_oauth("meta_ads")


def agree(oauth):
    """Return the code that a person comes back with."""
    agreed = requests.get(
        oauth.authorize_url(CONSENT) + "&agreed=yes", allow_redirects=False, timeout=5
    )
    back = parse_qs(urlsplit(agreed.headers["Location"]).query)
    assert back["state"] == ["s"]
    return back["code"][0]


class TestAuthorizeUrl:
    def test_asks_to_read_ads_and_to_change_them_and_no_more(self, oauth):
        query = parse_qs(urlsplit(oauth.authorize_url(CONSENT)).query)

        assert query["scope"] == ["ads_read,ads_management"]
        assert query["client_id"] == ["sandbox"]


class TestRedeem:
    def test_gives_a_token_of_sixty_days_that_renews_itself(self, oauth, peer):
        grant = oauth.redeem(agree(oauth), CONSENT, NOW)

        assert peer.is_good(grant.access_token)
        assert grant.refresh_token == grant.access_token
        assert grant.expires_at == NOW + timedelta(seconds=5_183_944)
        assert not any("access_token" in asked.query for asked in peer.ledger)

    def test_takes_a_code_once(self, oauth):
        code = agree(oauth)
        oauth.redeem(code, CONSENT, NOW)

        with pytest.raises(RequestRefusedError, match="has been used"):
            oauth.redeem(code, CONSENT, NOW)


class TestRefresh:
    def test_exchanges_the_token_for_the_next(self, oauth, peer):
        token = peer.give_tokens()["access_token"]

        grant = oauth.refresh(token, {}, NOW)

        assert grant.access_token != token
        assert peer.is_good(grant.access_token)

    def test_says_that_consent_has_ended(self, oauth):
        with pytest.raises(GrantEndedError):
            oauth.refresh("EAAold", {}, NOW)

    @pytest.mark.parametrize(
        ("code", "status", "kind"),
        [
            (4, 400, UnreachableError),
            (1, 500, UnreachableError),
            (2, 503, UnreachableError),
            (10, 403, RequestRefusedError),
        ],
    )
    def test_fails_with_what_the_keeper_of_tokens_knows(self, oauth, peer, code, status, kind):
        peer.faults.append(lambda _: error(code, "No", status=status))

        with pytest.raises(kind):
            oauth.refresh("EAAany", {}, NOW)


class TestRevoke:
    def test_takes_the_apps_rights_away(self, oauth, peer):
        token = peer.give_tokens()["access_token"]

        assert oauth.revoke(Grant(access_token=token))
        assert not peer.is_good(token)

    def test_of_a_token_that_is_over_says_so(self, oauth):
        assert not oauth.revoke(Grant(access_token="EAAold"))
