"""A person connects Meta, and leaves it again, over the API."""

import pytest
from django.test import override_settings

from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from deploy.sandbox.serving import Reply
from tests.apps.integrations.connecting.sample import Browser, consent
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
PATH = "/api/integrations/meta_ads"


@pytest.fixture(autouse=True)
def configured(peer):
    with override_settings(PLATFORMS={"meta_ads": peer.settings}):
        yield


@pytest.fixture
def browser():
    return Browser(make_member(make_organization(), "owner").client)


class TestConsent:
    def test_connects_the_person_with_all_their_accounts_and_is_given_back(self, peer, browser):
        back = consent(browser.leave(f"{PATH}/oauth/authorize"))
        answer = browser.come_back(back, path=f"{PATH}/oauth/callback")

        made = Connection.unscoped.get(id=answer.json()["connection_id"])
        assert (made.external_id, made.external_name) == ("10", "Sample person")
        assert made.platform_accounts(manager="unscoped").count() == len(peer.accounts)
        left = browser.client.post(f"{PATH}/oauth/disconnect").json()
        assert left == {"connection_id": str(made.id), "is_revoked": True}
        assert peer.access == {}

    def test_is_renewed_by_the_token_itself(self, peer, browser):
        back = consent(browser.leave(f"{PATH}/oauth/authorize"))
        browser.come_back(back, path=f"{PATH}/oauth/callback")

        for version in (2, 3):
            assert browser.client.post(f"{PATH}/oauth/refresh").status_code == 200
            assert Credential.unscoped.get().version == version

    def test_goes_on_without_accounts_that_are_not_listed(self, peer, browser):
        refused = Reply({"error": {"code": 200, "message": "Permissions error"}}, 403)
        peer.faults.append(lambda asked: refused if "adaccounts" in asked.path else None)

        back = consent(browser.leave(f"{PATH}/oauth/authorize"))
        answer = browser.come_back(back, path=f"{PATH}/oauth/callback")

        made = Connection.unscoped.get(id=answer.json()["connection_id"])
        assert made.platform_accounts(manager="unscoped").count() == 0


class TestKey:
    def test_is_a_system_users_token(self, peer, browser):
        token = peer.give_tokens()["access_token"]

        answer = browser.client.post(f"{PATH}/connect", {"api_key": token}, format="json")

        assert answer.status_code == 201
        assert Credential.unscoped.get().expires_at is None

    def test_that_meta_does_not_take_is_refused(self, browser):
        answer = browser.client.post(f"{PATH}/connect", {"api_key": "EAAold"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
