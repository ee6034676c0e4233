"""A person connects a platform by the pages, chooses accounts, and disconnects it."""

import re

import pytest
from django.test import Client

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import Channel
from apps.integrations.syncing.models import SyncRun
from omnify.names import fold
from tests.apps.integrations.connecting.sample import (
    CALLBACK,
    ID,
    KEY,
    SampleAdapter,
    consent,
    sampling,
)
from tests.factories.auth import make_member, make_organization
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db
PAGE = "/app/integrations/connections"
ADD = f"{PAGE}/add/{ID}"


def browser_of(member):
    browser = Client()
    browser.cookies["omnify-access"] = member.client.tokens.access_token
    return browser


@pytest.fixture
def browser(member):
    return browser_of(member)


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def go_there_and_back(browser, page):
    """Follow a page that leads to the platform, agree there, and come back; returns the answer."""
    way = page["Refresh"].removeprefix("0; url=")
    return browser.get(CALLBACK, consent(way), headers={"accept": "text/html,*/*;q=0.8"})


def connect(browser):
    answer = go_there_and_back(browser, browser.post(ADD))
    assert answer.status_code == 303, text_of(answer)
    return answer["Location"]


class TestCatalogPage:
    def test_says_what_each_brings_and_is_asked_for(self, peer, browser):
        page = text_of(browser.get(f"{PAGE}/add"))

        assert "Brings spend, as far back as the platform has it." in page
        assert "Read advertising." in page
        assert f'href="{ADD}"' in page

    def test_names_the_settings_that_are_missing(self, peer, browser, settings):
        settings.PLATFORMS = {}

        page = text_of(browser.get(f"{PAGE}/add"))

        assert "SAMPLE_ADS_CLIENT_ID" not in page  # It takes a key as well.
        assert f'href="{ADD}"' in page

    def test_offers_no_way_where_there_is_none(self, monkeypatch, browser, settings):
        with sampling(monkeypatch, SampleAdapter(connects_by=("oauth",))):
            settings.PLATFORMS = {}
            page = text_of(browser.get(f"{PAGE}/add"))

        assert "<code>SAMPLE_ADS_CLIENT_ID</code> and <code>SAMPLE_ADS_CLIENT_SECRET</code>" in page
        assert f'href="{ADD}"' not in page


class TestConnectPage:
    def test_leads_to_the_platform_and_back_to_the_accounts(self, peer, browser):
        page = browser.get(connect(browser))

        assert page.status_code == 200
        assert "Shop GmbH" in text_of(page)

    def test_sends_no_form_to_another_host(self, peer, browser):
        page = browser.post(ADD)

        assert page.status_code == 200
        assert "form-action 'self'" in page["Content-Security-Policy"]
        assert re.search(r'<a href="http://127[^"]+/authorize', text_of(page))

    def test_takes_a_key_where_that_is_wanted(self, peer, browser):
        assert "Connect with a key instead" in text_of(browser.get(ADD))

        answer = browser.post(f"{ADD}?by_key", {"api_key": KEY})

        assert answer["Location"] == f"{PAGE}/{Connection.unscoped.get().id}/accounts"

    def test_says_beside_the_form_what_the_platform_refuses(self, peer, browser):
        answer = browser.post(f"{ADD}?by_key", {"api_key": "other"})

        assert answer.status_code == 422
        assert "Sample Ads refused it." in text_of(answer)
        assert 'value="other"' not in text_of(answer)

    def test_asks_for_the_shop_where_addresses_are_its_own(self, monkeypatch, browser):
        with sampling(monkeypatch, SampleAdapter(is_shop_addressed=True)):
            assert "Address of the shop" in text_of(browser.get(ADD))
            answer = browser.post(ADD, {"shop": ""})

        assert answer.status_code == 400
        assert "Say which shop" in text_of(answer)

    def test_explains_a_way_back_that_is_not_valid(self, peer, browser):
        sent = consent(browser.post(ADD)["Refresh"].removeprefix("0; url="))

        answer = Client().get(CALLBACK, sent, headers={"accept": "text/html,*/*;q=0.8"})

        assert answer.status_code == 400
        assert "Nothing was connected; begin again." in text_of(answer)

    def test_is_for_those_who_may_connect(self, peer, member):
        viewer = browser_of(make_member(member.organization, "viewer"))

        assert viewer.get(ADD).status_code == 403
        assert viewer.get(PAGE).status_code == 200


class TestLinkPage:
    def test_shows_a_link_that_works(self, peer, browser):
        page = text_of(browser.post(f"{ADD}/link"))

        url = re.search(r'http://[^"<]+/app/integrations/connect-link\?token=[\w-]+', page)[0]
        colleague = Client()
        path = url[url.index("/app/") :]
        assert "Connect Sample Ads for Globex" in text_of(colleague.get(path))
        form = {"token": path.partition("=")[2]}
        answer = go_there_and_back(colleague, colleague.post(path.partition("?")[0], form))
        assert answer["Location"] == "/app/integrations/connect-link/done"


class TestAccountsPage:
    def test_reads_what_is_chosen_from_then_on(self, peer, browser):
        url = connect(browser)

        answer = browser.post(url, {"accounts": ["act_2"], "depth": "365"}, follow=True)

        assert "Shop GmbH is read from now on." in text_of(answer)
        row = PlatformAccount.unscoped.get(is_chosen=True)
        assert (row.external_id, row.depth_days) == ("act_2", 365)
        assert Connection.unscoped.get().next_sync_at

    def test_shows_what_was_chosen(self, peer, browser):
        url = connect(browser)
        browser.post(url, {"accounts": ["act_2"], "depth": "30"})

        page = text_of(browser.get(url))

        assert re.search(r'value="act_2"[^>]* checked', page)
        assert not re.search(r'value="act_1"[^>]* checked', page)
        assert '<option value="30" selected>' in page

    def test_of_another_organization_is_not_there(self, peer, browser, make_principal):
        foreign = make_connection(make_principal().organization_id, platform=ID)

        for name in ("accounts", "reconnect", "disconnect"):
            assert browser.get(f"{PAGE}/{foreign.id}/{name}").status_code == 404


class TestReconnectPage:
    def test_leads_to_the_platform_for_this_connection(self, peer, browser):
        url = connect(browser)

        answer = go_there_and_back(browser, browser.post(url.replace("accounts", "reconnect")))

        assert answer["Location"] == url
        assert Credential.unscoped.get().version == 2


class TestDisconnectPage:
    @pytest.mark.parametrize(("numbers", "left"), [("keep", 1), ("erase", 0)])
    def test_asks_what_becomes_of_the_numbers(self, peer, browser, numbers, left):
        url = connect(browser).replace("accounts", "disconnect")
        assert "Disconnect Shop GmbH?" in text_of(browser.get(url))

        answer = browser.post(url, {"numbers": numbers}, follow=True)

        assert "The platform took the consent back." in text_of(answer)
        assert Connection.unscoped.count() == left


class TestConnectionsPage:
    def test_offers_the_way_where_nothing_is_connected(self, peer, browser):
        assert "No platform is connected" in text_of(browser.get(PAGE))

    def test_lists_platforms_with_what_each_needs(self, peer, browser, member):
        make_connection(member.organization.id, name="a file")
        url = connect(browser).replace("/accounts", "")
        Credential.unscoped.update(ended_at="2026-11-30T00:00Z", ended_words="gone")

        page = text_of(browser.get(PAGE))

        assert "Needs its owner" in page
        assert f'href="{url}/reconnect"' in page
        assert f'href="{url}"' in page
        assert "a file" not in page

    def test_asks_again_while_something_is_read_and_takes_only_what_is_new(self, peer, browser):
        url = connect(browser)
        assert 'hx-trigger="every 2s"' not in text_of(browser.get(PAGE))
        browser.post(url, {"accounts": ["act_2"], "depth": "30"})

        again = re.search('hx-get="([^"]+)"', text_of(browser.get(PAGE)))[1]
        same = browser.get(again, headers={"hx-request": "true"})
        Connection.unscoped.update(name="Another name")
        new = browser.get(again, headers={"hx-request": "true"})

        assert (same.status_code, same.content) == (204, b"")
        assert "Another name" in text_of(new)
        SyncRun.unscoped.update(state=SyncRun.State.SUCCEEDED)
        Connection.unscoped.update(next_sync_at=None)
        assert 'hx-trigger="every 2s"' not in text_of(browser.get(again))

    def test_syncs_pauses_and_resumes_what_is_read(self, peer, browser):
        url = connect(browser)
        page = url.replace("/accounts", "")
        assert "Sync now" not in text_of(browser.get(page))
        browser.post(url, {"accounts": ["act_2"], "depth": "30"})

        def press(way):
            assert f'action="{page}/{way}"' in text_of(browser.get(page))
            answer = browser.post(f"{page}/{way}", follow=True)
            assert answer.redirect_chain == [(page, 303)]
            return text_of(answer)

        assert "Shop GmbH is being read." in press("sync")
        assert SyncRun.unscoped.get().state == SyncRun.State.QUEUED
        assert "Shop GmbH is paused." in press("pause")
        assert SyncRun.unscoped.get().state == SyncRun.State.CANCELLED
        assert "Sync now" not in text_of(browser.get(page))
        # In the list only what helps has a button.
        assert f'action="{page}/resume"' in text_of(browser.get(PAGE))
        assert "Shop GmbH is read again." in press("resume")
        assert '<form method="post"' not in text_of(browser.get(PAGE)).partition("<main")[2]
        assert Connection.unscoped.get().next_sync_at

    def test_offers_of_what_is_disconnected_to_erase_its_numbers(self, peer, browser):
        page = connect(browser).replace("/accounts", "")
        browser.post(f"{page}/disconnect", {"numbers": "keep"})

        shown = text_of(browser.get(page))
        assert "Erase its numbers</a>" in shown
        assert "Disconnect</a>" not in shown
        question = text_of(browser.get(f"{page}/disconnect"))
        assert "Erase the numbers of Shop GmbH?" in question

        answer = browser.post(f"{page}/disconnect", follow=True)
        assert answer.redirect_chain == [(PAGE, 303)]
        assert "Its numbers are erased." in text_of(answer)
        assert not Connection.unscoped.exists()

    def test_lets_only_those_change_syncs_who_may_connect(self, peer, browser, member):
        url = connect(browser)
        browser.post(url, {"accounts": ["act_2"], "depth": "30"})
        viewer = browser_of(make_member(member.organization, "viewer"))

        page = url.replace("/accounts", "")
        assert "Sync now" in text_of(browser.get(page))
        assert "Sync now" not in text_of(viewer.get(page))
        for way in ("sync", "pause", "resume"):
            assert viewer.post(url.replace("accounts", way)).status_code == 403


class TestNeeds:
    PATH = "/app/integrations/shell/needs"

    def test_name_who_needs_its_owner_on_pages_that_rest_on_it(self, peer, browser, member):
        page = connect(browser).replace("/accounts", "")
        assert browser.get(self.PATH).json() == {"needs": []}
        Credential.unscoped.update(ended_at="2026-11-30T00:00Z", ended_words="gone")
        facts = {"whole_to": "2026-11-24"}
        Connection.unscoped.update(sync_facts=facts)
        name_channel("Sample Ads", Connection.unscoped.get())

        [need] = browser.get(self.PATH).json()["needs"]
        assert need["text"].startswith("Shop GmbH needs its owner. The platform asks for consent")
        assert "Its numbers are complete to 24\xa0Nov\xa02026." in need["text"]
        assert need["url"] == page
        assert len(browser.get(self.PATH, {"channel": "SAMPLE ads"}).json()["needs"]) == 1
        assert browser.get(self.PATH, {"channel": "tv"}).json() == {"needs": []}

    def test_are_not_told_to_other_organizations(self, peer, browser):
        connect(browser)
        Credential.unscoped.update(ended_at="2026-11-30T00:00Z", ended_words="gone")
        stranger = browser_of(make_member(make_organization(), "owner"))

        assert stranger.get(self.PATH).json() == {"needs": []}

    def test_refuse_a_name_that_no_channel_has(self, browser):
        assert browser.get(self.PATH, {"channel": 101 * "a"}).status_code == 400


def name_channel(name, connection):
    Channel.unscoped.create(
        organization_id=connection.organization_id,
        connection=connection,
        name=name,
        name_key=fold(name),
    )
