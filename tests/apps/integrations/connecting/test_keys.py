"""A platform is connected by a key that it takes."""

import pytest

from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from deploy.sandbox.serving import Reply
from tests.apps.integrations.connecting.sample import (
    ID,
    KEY,
    PATH,
    SampleAdapter,
    connect,
    sampling,
)
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db


def send_key(browser, key=KEY, **more):
    return browser.client.post(f"{PATH}/connect", {"api_key": key, **more}, format="json")


class TestConnectByKey:
    def test_asks_the_platform_and_keeps_the_key_encrypted(self, peer, browser):
        answer = send_key(browser)

        assert answer.status_code == 201
        made = Connection.unscoped.get(id=answer.json()["connection_id"])
        assert (made.platform, made.external_name) == (ID, "Shop GmbH")
        assert made.platform_accounts(manager="unscoped").count() == 2
        assert KEY not in str(Credential.unscoped.values().get())

    def test_refuses_what_the_platform_refuses(self, peer, browser):
        answer = send_key(browser, "other")

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
        assert "other" not in answer.content.decode()
        assert not Connection.unscoped.exists()

    def test_says_that_the_platform_did_not_answer(self, peer, browser, monkeypatch):
        monkeypatch.setattr("time.sleep", lambda _: None)
        peer.faults += [lambda _: Reply({}, 503)] * 9

        answer = send_key(browser)

        assert (answer.status_code, answer.json()["code"]) == (409, "platform_unreachable")

    def test_takes_the_place_of_the_former_key(self, peer, browser):
        first, second = send_key(browser).json(), send_key(browser).json()

        assert first == second
        assert Credential.unscoped.get().version == 2

    def test_finds_a_name_that_is_free(self, peer, browser, member):
        make_connection(member.organization_id, platform=ID, name="shop gmbh")

        made = Connection.unscoped.get(id=send_key(browser).json()["connection_id"])

        assert made.name == "Shop GmbH (act_1)"

    def test_is_no_way_where_people_consent(self, monkeypatch, browser):
        with sampling(monkeypatch, SampleAdapter(connects_by=("oauth",))):
            answer = send_key(browser)

        assert (answer.status_code, answer.json()["code"]) == (409, "connects_otherwise")

    @pytest.mark.parametrize("shop", ["localhost", "a b", "x.example/../", "169.254.1.1:80"])
    def test_refuses_a_shop_that_is_none(self, peer, browser, shop):
        answer = send_key(browser, shop=shop)

        assert (answer.status_code, answer.json()["code"]) == (422, "shop_invalid")
        assert peer.ledger == []


class TestReconnect:
    def test_takes_another_key_of_the_account(self, peer, browser):
        connection_id = send_key(browser).json()["connection_id"]
        url = f"/api/integrations/connections/{connection_id}/reconnect"

        answer = browser.client.post(url, {"api_key": KEY}, format="json")

        assert answer.json() == {"connection_id": connection_id}
        assert Credential.unscoped.get().version == 2

    def test_refuses_what_comes_from_files(self, peer, browser, member):
        made = make_connection(member.organization_id)
        url = f"/api/integrations/connections/{made.id}/reconnect"

        answer = browser.client.post(url, {}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "connects_otherwise")


class TestShop:
    @pytest.fixture
    def browser(self, monkeypatch, browser):
        changed = SampleAdapter().spec.oauth
        oauth = type(changed)(
            authorize_url="https://{shop}.shops.example/authorize",
            token_url="https://{shop}.shops.example/token",
            scopes=(),
        )
        with sampling(monkeypatch, SampleAdapter(is_shop_addressed=True, oauth=oauth)):
            yield browser

    @pytest.mark.parametrize("shop", ["mine", "Mine.shops.example", "https://mine.shops.example/"])
    def test_is_its_bare_name(self, browser, shop, settings):
        settings.PLATFORMS = {ID: {"CLIENT_ID": "a", "CLIENT_SECRET": "b"}}

        assert browser.leave(shop=shop).startswith("https://mine.shops.example/authorize?")

    @pytest.mark.parametrize("shop", ["", "evil.example", "a.b.shops.example", "-x", "x#.e", "x@y"])
    def test_has_one_form_alone(self, browser, shop):
        answer = browser.client.get(f"{PATH}/oauth/authorize", {"shop": shop})

        assert (answer.status_code, answer.json()["code"]) == (422, "shop_invalid")


class TestStatus:
    def test_tells_that_nothing_is_connected(self, peer, browser):
        assert browser.client.get(f"{PATH}/status").json()["is_connected"] is False

    def test_tells_how_the_only_connection_is(self, peer, browser):
        connection_id = connect(browser)

        status = browser.client.get(f"{PATH}/status").json()

        assert (status["connection_id"], status["state"]) == (connection_id, "connecting")
        assert status["expires_at"]

    def test_asks_which_of_several_is_meant(self, peer, browser):
        first = connect(browser)
        peer.accounts.reverse()
        connect(browser)

        answer = browser.client.get(f"{PATH}/status")

        assert (answer.status_code, answer.json()["code"]) == (409, "connection_ambiguous")
        named = browser.client.get(f"{PATH}/status", {"connection_id": first})
        assert named.json()["connection_id"] == first

    def test_knows_the_platform_s_connections_alone(self, peer, browser, member):
        other = make_connection(member.organization_id)

        answer = browser.client.get(f"{PATH}/status", {"connection_id": str(other.id)})

        assert (answer.status_code, answer.json()["code"]) == (404, "connection_not_found")
