"""Tokens are renewed when somebody asks, and given back when a connection ends."""

import pytest

from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from deploy.sandbox.serving import Reply
from tests.apps.integrations.connecting.sample import PATH, Browser, connect
from tests.apps.integrations.connecting.test_keys import send_key
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


class TestRefresh:
    def test_renews_the_token(self, peer, browser):
        connect(browser)

        answer = browser.client.post(f"{PATH}/oauth/refresh")

        assert answer.status_code == 200
        assert Credential.unscoped.get().version == 2
        assert [asked.form["grant_type"] for asked in peer.asked_of("/token")][1] == "refresh_token"

    def test_says_that_the_owner_has_to_consent_again(self, peer, browser):
        connect(browser)
        peer.refresh.clear()

        answer = browser.client.post(f"{PATH}/oauth/refresh")

        assert (answer.status_code, answer.json()["code"]) == (409, "reauthorise")
        assert browser.client.get(f"{PATH}/status").json()["state"] == "reauthorise"

    def test_leaves_a_key_as_it_is(self, peer, browser):
        send_key(browser)

        answer = browser.client.post(f"{PATH}/oauth/refresh")

        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_renew")
        assert browser.client.get(f"{PATH}/status").json()["state"] == "connecting"


class TestDisconnect:
    @pytest.mark.parametrize("method", ["post", "delete"])
    def test_gives_the_consent_back_and_erases(self, peer, browser, method):
        connection_id = connect(browser)

        answer = getattr(browser.client, method)(f"{PATH}/oauth/disconnect")

        assert answer.json() == {"connection_id": connection_id, "is_revoked": True}
        assert peer.refresh == {}
        assert not Connection.unscoped.exists()

    def test_keeps_what_it_brought_where_that_is_asked(self, peer, browser):
        connect(browser)

        browser.client.post(f"{PATH}/oauth/disconnect?data=keep")

        assert Connection.unscoped.get().disconnected_at
        assert not Credential.unscoped.exists()
        assert peer.refresh == {}

    @pytest.mark.parametrize("data", ["keep", "erase"])
    def test_is_what_removing_a_connection_does_as_well(self, peer, browser, data):
        connection_id = connect(browser)

        answer = browser.client.delete(f"/api/integrations/connections/{connection_id}?data={data}")

        assert answer.status_code == 204
        assert peer.refresh == {}
        assert not Credential.unscoped.exists()

    def test_goes_on_where_the_platform_does_not_answer(self, peer, browser):
        connect(browser)
        peer.faults.append(lambda _: Reply({}, 503))

        answer = browser.client.post(f"{PATH}/oauth/disconnect")

        assert answer.json()["is_revoked"] is False
        assert not Connection.unscoped.exists()

    def test_leaves_a_consent_that_another_organization_lives_of(self, peer, browser):
        connect(Browser(make_member(make_organization(), "owner").client))
        connect(browser)

        answer = browser.client.post(f"{PATH}/oauth/disconnect")

        assert answer.json()["is_revoked"] is False
        assert len(peer.refresh) == 2

    def test_leaves_a_connection_of_another_organization(self, peer, browser):
        foreign = connect(Browser(make_member(make_organization(), "owner").client))

        answer = browser.client.post(f"{PATH}/oauth/disconnect?connection_id={foreign}")

        assert answer.status_code == 404
        assert Connection.unscoped.get().disconnected_at is None
