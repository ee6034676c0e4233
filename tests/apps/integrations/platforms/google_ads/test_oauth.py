"""Google's consent: tokens that last, kept by one refresh token, and given back."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import GrantEndedError
from tests.apps.integrations.calling.scripted import START

pytestmark = pytest.mark.django_db
CONSENT = Consent("https://omnify.example/callback", state="s", verifier="v" * 43)


@pytest.fixture
def oauth(connection):
    return open_oauth("google_ads")


def agree(oauth):
    """Return the code that a person comes back with."""
    url = oauth.authorize_url(CONSENT) + "&agreed=yes"
    back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
    return parse_qs(urlsplit(back).query)["code"][0]


class TestConsent:
    def test_asks_for_a_token_that_lasts_whoever_consented_before(self, oauth):
        query = parse_qs(urlsplit(oauth.authorize_url(CONSENT)).query)

        assert query["scope"] == ["https://www.googleapis.com/auth/adwords"]
        assert (query["access_type"], query["prompt"]) == (["offline"], ["consent"])

    def test_gives_what_can_be_renewed(self, oauth, peer):
        peer.refresh.clear()
        grant = oauth.redeem(agree(oauth), CONSENT, START)
        renewed = oauth.refresh(grant.refresh_token, {}, START)

        assert peer.is_good(renewed.access_token)
        # Google gives none with the second: the first stays.
        assert grant.refresh_token == renewed.refresh_token
        assert peer.refresh == {grant.refresh_token: True}

    def test_is_of_who_began_it(self, oauth):
        with pytest.raises(GrantEndedError):
            oauth.redeem(agree(oauth), CONSENT._replace(verifier="w" * 43), START)

    def test_can_be_given_back(self, oauth, peer):
        grant = oauth.redeem(agree(oauth), CONSENT, START)

        assert oauth.revoke(grant)
        assert not peer.is_good(grant.access_token)
        with pytest.raises(GrantEndedError):
            oauth.refresh(grant.refresh_token, {}, START)
