"""A platform that follows the standards, its adapter, and a browser that goes there and back."""

import base64
import hashlib
from contextlib import contextmanager
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import requests
from django.test import override_settings
from rest_framework.test import APIClient

from apps.integrations.platforms import registry
from apps.integrations.platforms.port import Adapter
from apps.integrations.platforms.refusals import TokenRefusedError, UnreachableError
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.specs import OAuthSpec, PlatformSpec, Role, Scope
from deploy.sandbox.serving import ConsentPeer, Reply, route

ID = "sample_ads"
PATH = f"/api/integrations/{ID}"
CALLBACK = f"{PATH}/oauth/callback"
KEY = "key-5f2c"


class SamplePeer(ConsentPeer):
    """The platform: consent with PKCE, tokens, revocation, accounts."""

    client_secret = "secret-of-the-app"

    def __init__(self):
        super().__init__()
        self.accounts = [{"id": "act_1", "name": "Shop GmbH"}, {"id": "act_2", "name": "Other"}]

    @route("GET", "/authorize")
    def authorize(self, asked):
        return self.consent(asked)

    @route("POST", "/token")
    def token(self, asked):
        form = asked.form
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return Reply({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            is_good = self.refresh.pop(form["refresh_token"], False)
            return Reply(self.give_tokens()) if is_good else Reply({"error": "invalid_grant"}, 400)
        wanted = self.codes.pop(form["code"], None)
        if wanted is None or not _fits(wanted, form):
            return Reply({"error": "invalid_grant"}, 400)
        return Reply(self.give_tokens())

    @route("POST", "/revoke")
    def revoke(self, asked):
        self.refresh.pop(asked.form["token"], None)
        return Reply({})

    @route("GET", "/accounts")
    def list_accounts(self, asked):
        if not (self.is_good(asked.token) or asked.token == KEY):
            return Reply({"error": "no"}, 401)
        return Reply(self.accounts)


def _fits(wanted, form):
    challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    text = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    return (wanted["code_challenge"], wanted["redirect_uri"]) == (text, form["redirect_uri"])


SPEC = PlatformSpec(
    id=ID,
    name="Sample Ads",
    category="ads",
    role=Role.SOURCE,
    connects_by=("oauth", "api_key"),
    measures=("spend",),
    streams=(),
    api_url="https://api.sample.example",
    api_version="1",
    oauth=OAuthSpec(
        authorize_url="https://sample.example/authorize",
        token_url="https://api.sample.example/token",
        scopes=(Scope(name="ads_read", words="Read advertising."),),
        uses_pkce=True,
        revocation="revoke",
    ),
)


class SampleAdapter(Adapter):
    """The adapter; ``changes`` are those of its facts."""

    def __init__(self, **changes):
        self.spec = msgspec.structs.replace(SPEC, **changes)

    def headers(self, configuration, token):
        return {"Authorization": f"Bearer {token}"}

    def classify(self, answer, now):
        if answer.status == 401:
            raise TokenRefusedError("It refuses the token.")
        if answer.status != 200:
            raise UnreachableError("It is away.")

    def list_accounts(self, api):
        for each in api.get("/accounts"):
            yield Account(id=each["id"], name=each["name"], currency="EUR", timezone="UTC")

    def read(self, api, account, wanted):
        yield from ()


@contextmanager
def sampling(monkeypatch, *adapters):
    """Let the deployment know adapters, by default the sample's, and the sample's peer."""
    known = {adapter.spec.id: adapter for adapter in adapters or (SampleAdapter(),)}
    monkeypatch.setattr(registry, "ADAPTERS", MappingProxyType(known))
    with SamplePeer() as peer, override_settings(PLATFORMS=dict.fromkeys(known, settings_of(peer))):
        yield peer


def settings_of(peer):
    """What an operator sets to use the peer."""
    return {
        "CLIENT_ID": peer.client_id,
        "CLIENT_SECRET": peer.client_secret,
        "AUTHORIZE_URL": f"{peer.url}/authorize",
        "TOKEN_URL": f"{peer.url}/token",
        "API_URL": peer.url,
    }


class Browser:
    """A browser: its cookies, and who is signed in as a client of the API."""

    def __init__(self, client=None):
        self.client = client or APIClient()

    def leave(self, path=f"{PATH}/oauth/authorize", **query):
        """Ask where to go, and return it."""
        answer = self.client.get(path, query)
        assert answer.status_code == 200, answer.json()
        return answer.json()["authorize_url"]

    def come_back(self, query, *, accept="application/json", path=CALLBACK):
        """Go to the address that the platform sent the browser to, with nothing but cookies."""
        visitor = APIClient()
        visitor.cookies = self.client.cookies
        return visitor.get(path, query, headers={"accept": accept})


def consent(url):
    """Agree at the platform; return what it sends back along."""
    agreed = requests.get(f"{url}&{urlencode({'agreed': 'yes'})}", allow_redirects=False, timeout=9)
    assert agreed.status_code == 302, agreed.text
    return dict(parse_qsl(urlsplit(agreed.headers["Location"]).query))


def connect(browser):
    """Connect the sample, and return the connection's id."""
    answer = browser.come_back(consent(browser.leave()))
    assert answer.status_code == 200, answer.json()
    return answer.json()["connection_id"]
