"""A colleague who owns an account connects it by a link, once, without an account here."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from apps.integrations.connections.models import Connection
from tests.apps.integrations.connecting.sample import CALLBACK, ID, Browser, consent
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(peer, browser):
    answer = browser.client.post("/api/integrations/connect-links", {"platform": ID}, format="json")
    assert answer.status_code == 201
    return answer.json()["url"].partition("?token=")[2]


@pytest.fixture
def colleague():
    return Client()


def follow(colleague, token):
    return colleague.post("/app/integrations/connect-link", {"token": token})


def way_of(page):
    return page["Refresh"].removeprefix("0; url=")


class TestConnectLink:
    def test_asks_the_colleague_first(self, token, colleague):
        page = colleague.get(f"/app/integrations/connect-link?token={token}").content.decode()

        assert "Connect Sample Ads for Globex" in page
        assert token in page

    def test_is_not_used_up_by_looking_at_it(self, token, colleague):
        for _ in range(2):
            assert colleague.get(f"/app/integrations/connect-link?token={token}").status_code == 200

    def test_connects_for_who_made_it(self, token, colleague, member):
        sent = consent(way_of(follow(colleague, token)))

        answer = colleague.get(CALLBACK, sent)

        assert (answer.status_code, answer["Location"]) == (
            303,
            "/app/integrations/connect-link/done",
        )
        assert colleague.get(answer["Location"]).status_code == 200
        made = Connection.unscoped.get()
        assert (made.owner_id, made.organization_id) == (member.user_id, member.organization_id)

    def test_is_for_colleagues_who_are_signed_in_elsewhere_too(self, token, colleague):
        stranger = make_member(make_organization()).client
        colleague.cookies["omnify-access"] = stranger.tokens.access_token

        assert colleague.get(CALLBACK, consent(way_of(follow(colleague, token)))).status_code == 303

    def test_is_good_once(self, token, colleague):
        follow(colleague, token)

        page = follow(colleague, token)

        assert page.status_code == 400
        assert "Ask whoever sent it for a new one" in page.content.decode()

    def test_is_good_for_half_an_hour(self, token, colleague, time_machine):
        time_machine.move_to(datetime.now(UTC) + timedelta(minutes=30, seconds=1))

        assert follow(colleague, token).status_code == 400

    def test_is_bound_to_the_browser_that_follows_it(self, token, colleague):
        sent = consent(way_of(follow(colleague, token)))

        assert Client().get(CALLBACK, sent).status_code == 400

    def test_is_no_way_back_by_itself(self, token, colleague):
        answer = Browser().come_back({"state": token, "code": "x"})

        assert answer.json()["code"] == "oauth_state_invalid"

    def test_is_for_platforms_where_people_consent(self, peer, browser):
        answer = browser.client.post(
            "/api/integrations/connect-links", {"platform": "other"}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "platform_not_found")

    def test_names_the_way_on_for_browsers_that_do_not_go_by_themselves(self, token, colleague):
        page = follow(colleague, token)

        assert re.search(r'href="http://127[^"]+/authorize', page.content.decode())
