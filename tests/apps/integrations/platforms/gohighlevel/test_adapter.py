"""Which opportunities of GoHighLevel are orders, and what its refusals lead to."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.gohighlevel.adapter import GoHighLevelAdapter
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    IncompleteError,
    PaginationLoopError,
    RequestRefusedError,
    ThrottledError,
)
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.serving import Reply
from omnify.money import to_micros
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.gohighlevel import LOCATION, ZONE, GoHighLevelPeer

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ADAPTER = GoHighLevelAdapter()
FACTS = {"location": LOCATION}


@pytest.fixture
def peer():
    with GoHighLevelPeer(TODAY) as peer:
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("gohighlevel", peer, owner.organization_id, facts=FACTS) as connection:
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
    def test_is_the_sub_account_of_the_grant(self, api):
        account = ADAPTER.identify(api)

        assert (account.id, account.name) == (LOCATION, "Salon")
        assert (account.currency, account.timezone) == ("AUD", ZONE)


class TestOrders:
    def test_are_the_opportunities_that_were_won_in_the_accounts_days(self, peer, api):
        rows = read(api, days_before(9), days_before(2))

        won = peer.won(days_before(9), days_before(2))
        assert [row.id for row in rows] == [each["id"] for each in won]
        assert len(rows) == 24
        assert sum(row.revenue_micros for row in rows) == to_micros(
            sum(Decimal(str(each["monetaryValue"])) for each in won)
        )
        assert {(row.currency, row.channel) for row in rows} == {("AUD", "facebook form")}
        assert {row.customer for row in rows} >= {"c9@example.com", "contact-10"}

    def test_are_read_page_by_page_though_many_were_added_at_once(self, peer, api):
        for _ in range(250):
            peer.add(won=NOON)

        rows = read(api, TODAY, TODAY)

        assert len({row.id for row in rows}) == len(rows) == 253
        assert len(peer.asked_of("/opportunities/search")) == 3

    def test_that_changed_are_told_as_they_stand(self, peer, api):
        peer.opportunities[0] |= {"status": "lost", "updatedAt": "2026-11-25T11:51:00.000Z"}
        peer.opportunities[1] |= {"monetaryValue": 7.5, "updatedAt": "2026-11-25T12:01:00.000Z"}
        peer.opportunities[2] |= {"updatedAt": "2026-11-25T11:49:00.000Z"}

        rows = read(api, since=NOON)

        lost, changed = rows
        assert (lost.id, lost.is_gone) == ("opp-00000", True)
        assert (changed.is_gone, changed.revenue_micros) == (False, 7_500_000)

    def test_of_which_some_are_missing_are_not_kept(self, peer, api):
        def cut(asked):
            if "/search" not in asked.path:
                return None
            reply = peer.search(asked)
            return Reply(reply.body | {"opportunities": reply.body["opportunities"][1:]})

        peer.faults.append(cut)

        with pytest.raises(IncompleteError, match="has 36 opportunities and gave 35"):
            read(api)

    def test_that_come_again_end(self, peer, api):
        for _ in range(250):
            peer.add(won=NOON)
        pages = []

        def again(asked):
            if "/search" not in asked.path:
                return None
            pages[:] = pages or [peer.search(asked)]
            return pages[0]

        peer.faults += 9 * [again]

        with pytest.raises(PaginationLoopError):
            read(api)
        assert len(peer.asked_of("/search")) == 2

    def test_of_money_that_is_not_said_are_refused(self, peer, api):
        peer.location["business"] = {}

        with pytest.raises(RequestRefusedError) as caught:
            read(api)
        assert caught.value.code == "currency_unknown"


class TestRefusals:
    def test_of_a_scope_is_not_taken_for_an_old_token(self, peer, api):
        refusal = {"statusCode": 401, "message": "The token is not authorized for this scope."}
        peer.faults.append(lambda _: Reply(refusal | {"traceId": "t-9"}, 401))

        with pytest.raises(AccessLostError) as caught:
            ADAPTER.identify(api)
        assert caught.value.request_id == "t-9"
        assert peer.asked_of("/token") == []

    def test_of_a_day_s_quota_wait_an_hour(self, peer, api, clock):
        head = {"X-RateLimit-Daily-Remaining": "0"}
        peer.faults.append(lambda _: Reply({"message": "Too Many Requests"}, 429, head))

        with pytest.raises(ThrottledError) as caught:
            ADAPTER.identify(api)
        assert caught.value.until - clock.now() == timedelta(hours=1)


class TestConsent:
    @pytest.fixture
    def oauth(self, peer, connection):
        peer.codes["code-1"] = {}
        return open_oauth("gohighlevel")

    def test_is_of_one_sub_account_and_rotates(self, peer, oauth):
        now = datetime.now(UTC)

        grant = oauth.redeem("code-1", Consent("https://omnify.example/back"), now)
        renewed = oauth.refresh(grant.refresh_token, grant.facts, now)

        assert grant.facts == FACTS
        assert renewed.refresh_token not in ("", grant.refresh_token)
        assert renewed.refresh_expires_at == now + timedelta(days=365)
        with pytest.raises(GrantEndedError):
            oauth.refresh(grant.refresh_token, grant.facts, now)

    def test_of_an_agency_is_refused(self, peer, oauth):
        peer.user_type = "Company"

        with pytest.raises(RequestRefusedError, match="sub-accounts") as caught:
            oauth.redeem("code-1", Consent("https://omnify.example/back"), datetime.now(UTC))
        assert caught.value.code == "sub_account_missing"
