"""Which deals of HubSpot are orders, and what its refusals lead to."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.hubspot.adapter import HubSpotAdapter
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    PaginationLoopError,
    ThrottledError,
)
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.serving import Reply
from omnify.money import to_micros
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.hubspot import ZONE, HubSpotPeer

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ADAPTER = HubSpotAdapter()


@pytest.fixture
def peer():
    with HubSpotPeer(TODAY) as peer:
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("hubspot", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def api(connection, clock):
    return open_api(connection, clock=clock)


def read(api, first=TODAY, last=TODAY, since=None):
    account = ADAPTER.identify(api)
    wanted = Slice(stream="orders", level="", first=first, last=last, since=since)
    return list(ADAPTER.read(api, account, wanted))


def days_before(number):
    return TODAY - timedelta(days=number)


class TestAccounts:
    def test_is_the_one_whose_token_it_is(self, api):
        account = ADAPTER.identify(api)

        assert (account.id, account.currency, account.timezone) == ("4711", "EUR", ZONE)


class TestOrders:
    def test_are_the_deals_that_were_won_in_the_accounts_days(self, peer, api):
        rows = read(api, days_before(9), days_before(2))

        won = peer.won(days_before(9), days_before(2))
        assert {row.id for row in rows} == set(won)
        assert len(rows) == 16
        assert sum(row.revenue_micros for row in rows) == to_micros(
            sum(Decimal(deal["amount_in_home_currency"]) for deal in won.values())
        )
        assert {(row.currency, row.channel) for row in rows} == {("EUR", "paid_search")}

    def test_are_of_their_first_contact(self, peer, api):
        rows = {row.id: row.customer for row in read(api, days_before(3), TODAY)}

        # The contact 504 has no address, and some deals have no contact.
        assert rows == {
            key: (peer.contacts[owners[0]] or owners[0]) if (owners := peer.owners.get(key)) else ""
            for key in peer.won(days_before(3), TODAY)
        }
        assert set(rows.values()) >= {"c501@example.com", "504", ""}

    def test_of_one_instant_are_all_read_beyond_what_a_search_shows(self, peer, api):
        peer.cap, peer.deals = 300, {}
        for number in range(700):
            peer.add_deal(str(number + 1), closed=NOON, amount="1.50")

        rows = read(api)

        assert len({row.id for row in rows}) == len(rows) == 700
        assert len(peer.asked_of("/search")) == 4

    def test_that_changed_are_told_as_they_stand(self, peer, api):
        lost, deleted = list(peer.won(days_before(15), days_before(15)))
        peer.deals[lost] |= {
            "hs_is_closed_won": "false",
            "hs_lastmodifieddate": "2026-11-25T11:55:00.000Z",
        }
        peer.deals[deleted]["archived"] = "2026-11-25T12:05:00.000Z"
        for number, key in enumerate(list(peer.won(days_before(19), days_before(17)))):
            peer.deals[key]["archived"] = f"2026-11-2{number % 3}T12:00:00.000Z"

        # Five minutes of the overlap are asked again.
        rows = read(api, since=NOON)

        assert {row.id: row.is_gone for row in rows} == {lost: True, deleted: True} | {
            key: deal["hs_is_closed_won"] != "true"
            for key, deal in peer.deals.items()
            if deal["hs_lastmodifieddate"] >= "2026-11-25T11:50" and key != lost
        }

    def test_of_which_a_part_is_missing_are_not_kept(self, peer, api):
        def cut(asked):
            if not asked.path.endswith("/search"):
                return None
            reply = peer.search(asked)
            return Reply(reply.body | {"results": reply.body["results"][1:]})

        peer.faults.append(cut)

        with pytest.raises(IncompleteError, match="finds 2 deals and gives 1"):
            read(api)

    def test_that_come_again_end(self, peer, api):
        for number in range(500):
            peer.add_deal(str(10_000 + number), closed=NOON, amount="1")
        pages = []

        def again(asked):
            if not asked.path.endswith("/search"):
                return None
            pages[:] = pages or [peer.search(asked)]
            return pages[0]

        peer.faults += 9 * [again]

        with pytest.raises(PaginationLoopError):
            read(api)
        assert len(peer.asked_of("/search")) == 2

    def test_are_counted_by_the_platform_too(self, peer, api):
        account = ADAPTER.identify(api)

        wanted = Slice("orders", "", days_before(2), TODAY)
        totals = list(ADAPTER.read_totals(api, account, wanted))

        assert [(total.date, total.micros) for total in totals] == [
            (days_before(number), 2_000_000) for number in (2, 1, 0)
        ]


class TestRefusals:
    def test_of_a_right_that_was_taken_away_renew_once(self, peer, connection, api):
        peer.is_good = lambda _: False

        for _ in range(5):
            with pytest.raises(AccessLostError):
                ADAPTER.identify(api)

        assert len(peer.asked_of("/token")) == 1

    def test_of_a_scope_name_the_exchange(self, peer, api):
        refusal = {"category": "MISSING_SCOPES", "correlationId": "c0-7", "errors": [{}]}
        peer.faults.append(lambda _: Reply(refusal, 403))

        with pytest.raises(AccessLostError) as caught:
            ADAPTER.identify(api)
        assert caught.value.request_id == "c0-7"

    def test_of_a_day_s_quota_wait_an_hour(self, peer, api, clock):
        refusal = {"category": "RATE_LIMITS", "policyName": "DAILY"}
        peer.faults.append(lambda _: Reply(refusal, 429))

        with pytest.raises(ThrottledError) as caught:
            ADAPTER.identify(api)
        assert caught.value.until - clock.now() == timedelta(hours=1)


class TestConsent:
    def test_gives_tokens_for_a_code_and_renews_them(self, peer, connection):
        oauth = open_oauth("hubspot")
        consent = Consent("https://omnify.example/back", state="s")
        asked = parse_qs(urlsplit(oauth.authorize_url(consent)).query)
        assert "crm.objects.deals.read" in asked["scope"][0].split()
        assert asked["optional_scope"] == ["analytics.behavioral_events.send"]
        peer.codes["code-1"] = {}

        grant = oauth.redeem("code-1", consent, datetime.now(UTC))
        renewed = oauth.refresh(grant.refresh_token, {}, datetime.now(UTC))

        assert peer.is_good(renewed.access_token)
        assert renewed.access_token != grant.access_token
