"""A person goes to a platform and comes back, once, in the browser that left for it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from apps.integrations.authorizing.models import Credential, OAuthState
from apps.integrations.connections.models import Connection
from apps.integrations.syncing.models import SyncRun
from deploy.sandbox.serving import Reply
from omnify.context import acting_as
from omnify.events.models import Outbox
from tests.apps.integrations.connecting.sample import ID, PATH, Browser, connect, consent
from tests.factories.auth import make_member, make_organization, open_client

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10, seconds=1)


def is_refused(answer):
    """Whether nothing was connected: 400, and no redirect."""
    assert not Connection.unscoped.exists()
    return (answer.status_code, answer.json()["code"]) == (400, "oauth_state_invalid")


class TestConsent:
    def test_connects_what_the_person_owns(self, peer, browser, member):
        made = Connection.unscoped.get(id=connect(browser))

        assert (made.platform, made.external_id, made.name) == (ID, "act_1", "Shop GmbH")
        assert (made.owner_id, made.scopes) == (member.user_id, ["ads_read"])
        assert made.organization_id == member.organization_id

    def test_lists_the_accounts_once(self, peer, browser):
        made = connect(browser)

        assert len(peer.asked_of("/accounts")) == 1
        rows = browser.client.get(f"/api/integrations/connections/{made}/accounts").json()
        assert {row["id"] for row in rows["results"]} == {"act_1", "act_2"}

    def test_is_bound_to_the_way_by_state_and_proof_key(self, peer, browser):
        query = parse_qs(urlsplit(browser.leave()).query)

        assert len(query["state"][0]) == 43
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"http://testserver{PATH}/oauth/callback"]

    def test_tells_other_services(self, peer, browser):
        connection_id = connect(browser)

        [event] = Outbox.objects.filter(topic="integrations.connection.activated")
        assert connection_id.encode() in bytes(event.payload)

    def test_leads_a_person_to_the_choice_of_accounts(self, peer, browser):
        answer = browser.come_back(consent(browser.leave()), accept="text/html,*/*;q=0.8")

        made = Connection.unscoped.get()
        assert answer.status_code == 303
        assert answer["Location"] == f"/app/integrations/connections/{made.id}/accounts"

    def test_comes_back_by_a_form_as_well(self, peer, browser):
        answer = browser.client.post(
            f"{PATH}/oauth/callback",
            urlencode(consent(browser.leave())),
            content_type="application/x-www-form-urlencoded",
        )

        assert answer.status_code == 303

    def test_goes_many_ways_at_once_in_one_browser(self, peer, browser):
        first, second = browser.leave(), browser.leave()

        assert browser.come_back(consent(first)).status_code == 200
        assert browser.come_back(consent(second)).status_code == 200

    def test_is_no_secret_to_anybody(self, peer, browser, caplog, capfd):
        sent = consent(browser.leave())
        answers = [browser.come_back(sent), browser.client.get(f"{PATH}/status")]
        answers.append(browser.client.get("/api/integrations/connections"))

        tokens = [*peer.access, *peer.refresh, peer.client_secret]
        told = "".join(str(answer.headers) + answer.content.decode() for answer in answers)
        logged = caplog.text + "".join(capfd.readouterr())
        kept = str([*Credential.unscoped.values(), *OAuthState.unscoped.values()])
        kept += str([bytes(each) for each in Outbox.objects.values_list("payload", flat=True)])
        for secret in tokens:
            assert secret not in told + logged + kept
        for secret in (sent["state"], sent["code"]):
            assert secret not in logged + kept


class TestReconsent:
    def test_renews_the_connection_of_the_account(self, peer, browser, member):
        connection_id = connect(browser)
        with acting_as(member.client.principal()):
            Credential.objects.update(ended_at=datetime.now(UTC), ended_words="gone")

        assert connect(browser) == connection_id
        row = Credential.unscoped.get()
        assert (row.version, row.ended_at, row.ended_words) == (2, None, "")

    def test_takes_up_again_what_was_disconnected(self, peer, browser):
        connection_id = connect(browser)
        browser.client.delete(f"/api/integrations/connections/{connection_id}?data=keep")

        assert connect(browser) == connection_id
        status = browser.client.get(f"{PATH}/status").json()
        assert (status["is_connected"], status["state"]) == (True, "connecting")

    @pytest.mark.parametrize("is_paused", [False, True])
    def test_reads_on_what_was_chosen_unless_it_is_paused(self, peer, browser, is_paused):
        path = f"/api/integrations/connections/{connect(browser)}"
        chosen = {"accounts": [{"id": "act_1"}]}
        assert browser.client.put(f"{path}/accounts", chosen, format="json").status_code == 200
        if is_paused:
            browser.client.post(f"{path}/pause")
        browser.client.delete(f"{path}?data=keep")
        SyncRun.unscoped.all().delete()

        connect(browser)

        assert (browser.client.get(path).json()["next_sync_at"] is None) == is_paused
        under_way = SyncRun.unscoped.filter(state="queued").count()
        assert under_way == (0 if is_paused else 1)

    def test_leaves_another_organization_s_alone(self, peer, browser):
        foreign = Browser(make_member(make_organization(), "owner").client)
        first = connect(foreign)
        before = Credential.unscoped.values().get()

        assert connect(browser) != first
        assert Credential.unscoped.values().get(id=before["id"]) == before

    def test_of_another_account_is_refused_where_it_was_for_one(self, peer, browser):
        connection_id = connect(browser)
        url = f"/api/integrations/connections/{connection_id}/reconnect"
        address = browser.client.post(url, {}, format="json").json()["authorize_url"]
        peer.accounts.reverse()

        answer = browser.come_back(consent(address))

        assert (answer.status_code, answer.json()["code"]) == (409, "account_differs")
        assert Credential.unscoped.get().version == 1


class TestState:
    def test_is_of_one_browser(self, peer, browser, member):
        sent = consent(browser.leave())

        assert is_refused(Browser(open_client(member)).come_back(sent))
        assert browser.come_back(sent).status_code == 200

    def test_is_of_one_person(self, peer, browser, member):
        sent = consent(browser.leave())
        other = make_member(member.organization)
        browser.client.cookies["omnify-access"] = other.client.tokens.access_token

        assert is_refused(browser.come_back(sent))

    def test_is_good_once(self, peer, browser):
        url = browser.leave()
        sent, again = consent(url), consent(url)
        cookies = browser.client.cookies.copy()
        assert browser.come_back(sent).status_code == 200
        Connection.unscoped.all().delete()
        browser.client.cookies = cookies

        assert is_refused(browser.come_back(again))

    def test_is_good_for_ten_minutes(self, peer, browser, time_machine):
        sent = consent(browser.leave())
        time_machine.move_to(datetime.now(UTC) + LATER)

        assert is_refused(browser.come_back(sent))

    @pytest.mark.parametrize("state", [None, "", "x" * 43])
    def test_is_needed(self, peer, browser, state):
        sent = consent(browser.leave()) | {"state": state}

        assert is_refused(browser.come_back({k: v for k, v in sent.items() if v is not None}))

    def test_is_of_one_platform(self, peer, browser):
        sent = consent(browser.leave())

        answer = browser.come_back(sent, path="/api/integrations/meta_ads/oauth/callback")
        assert is_refused(answer)

    def test_is_of_somebody_who_may_connect_still(self, peer, browser, member):
        sent = consent(browser.leave())
        member.role = "viewer"
        member.save()

        assert is_refused(browser.come_back(sent))

    def test_that_is_wrong_is_explained_to_people(self, peer, browser):
        answer = browser.come_back({"state": "x"}, accept="text/html,*/*;q=0.8")

        assert answer.status_code == 400
        assert "began in another browser" in answer.content.decode()

    def test_is_forgotten_when_its_time_is_over(self, peer, browser, member, time_machine):
        browser.leave()
        time_machine.move_to(datetime.now(UTC) + LATER)
        Browser(open_client(member)).leave()

        assert OAuthState.unscoped.count() == 1


class TestRefusedConsent:
    def test_is_said_in_clear_words(self, peer, browser):
        sent = {"state": consent(browser.leave())["state"], "error": "access_denied"}

        answer = browser.come_back(sent)

        assert (answer.status_code, answer.json()["code"]) == (409, "consent_denied")
        assert "Sample Ads" in answer.json()["detail"]
        assert not Connection.unscoped.exists()

    def test_of_another_kind_is_named(self, peer, browser):
        state = consent(browser.leave())["state"]

        answer = browser.come_back({"state": state, "error": "server_error"})

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
        assert "server_error" in answer.json()["detail"]

    def test_of_a_code_is_no_consent(self, peer, browser):
        sent = consent(browser.leave())

        answer = browser.come_back(sent | {"code": "wrong"})

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
        assert not Connection.unscoped.exists()

    def test_is_not_what_a_platform_means_that_is_away(self, peer, browser):
        sent = consent(browser.leave())
        peer.faults.append(lambda asked: Reply({}, 503) if asked.path == "/token" else None)

        answer = browser.come_back(sent)

        assert (answer.status_code, answer.json()["code"]) == (409, "platform_unreachable")
        assert not Connection.unscoped.exists()
