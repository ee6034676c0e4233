"""TikTok Ads: consent, advertisers, whole and exact numbers, and what its codes mean."""

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    IncompleteError,
    MalformedError,
    PaginationLoopError,
    RequestRefusedError,
    ThrottledError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Account, Slice
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.tiktok_ads import BERLIN, TOKYO, TikTokPeer, envelope

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 25)
WHOLE = Slice(stream="metrics", level="account", first=FIRST, last=LAST)
SHOP = Account(id=BERLIN, name="Shop", currency="EUR", timezone="Europe/Berlin")
CONSENT = Consent("https://omnify.example/callback", state="s")
#: TikTok's names of measures, and what makes the peer's numbers millionths.
NAMES = {
    "spend": ("spend", 10_000),
    "impressions": ("impressions", 1_000_000),
    "clicks": ("clicks", 1_000_000),
    "conversions": ("complete_payment", 1_000_000),
    "attributed_revenue": ("total_complete_payment_rate", 10_000),
}


@pytest.fixture
def adapter():
    return get_adapter("tiktok_ads")


@pytest.fixture
def peer():
    with TikTokPeer() as peer:
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("tiktok_ads", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def api(connection, clock):
    return open_api(connection, clock=clock)


def read(adapter, api, level="account", first=FIRST, last=LAST, **fields):
    wanted = Slice(stream="metrics", level=level, first=first, last=last, **fields)
    return list(adapter.read(api, SHOP, wanted))


def add_up(rows):
    sums = {}
    for row in rows:
        own = sums.setdefault(row.date, dict.fromkeys(NAMES, 0))
        for measure in NAMES:
            own[measure] += row.micros[measure]
    return sums


def list_right(peer):
    return {
        day: {measure: numbers[name] * scale for measure, (name, scale) in NAMES.items()}
        for day, numbers in peer.list_totals(BERLIN, FIRST, LAST).items()
    }


class TestRows:
    @pytest.mark.parametrize("level", ["account", "campaign", "ad"])
    def test_add_up_to_the_advertisers_own_sums_with_what_was_deleted(
        self, adapter, api, peer, level
    ):
        peer.most_rows = 40
        assert add_up(read(adapter, api, level)) == list_right(peer)

    def test_say_what_they_are_of(self, adapter, api):
        rows = read(adapter, api, "ad", last=FIRST)

        assert {(row.entity_id, row.ad, row.campaign_id, row.campaign) for row in rows} == {
            ("1801", "Dance", "1701", "Sample 1701"),
            ("1802", "Unboxing", "1701", "Sample 1701"),
            ("1803", "1803", "1702", "Sample 1702"),
            ("1804", "Of last year", "1703", "Sample 1703"),
        }
        assert {(row.channel, row.currency) for row in rows} == {("tiktok", "EUR")}
        campaigns = read(adapter, api, "campaign", last=FIRST)
        assert {(row.entity_id, row.campaign_id) for row in campaigns} == {
            *(("1701", "1701"), ("1702", "1702"), ("1703", "1703"))
        }

    def test_bring_reach(self, adapter, api, peer):
        [row] = read(adapter, api, first=LAST)

        assert row.micros["reach"] == peer.list_totals(BERLIN, LAST, LAST)[LAST]["reach"] * 10**6

    def test_of_a_day_are_provisional_until_it_ends_where_the_advertiser_is(
        self, adapter, api, clock
    ):
        clock.present = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
        rows = read(adapter, api, first=date(2026, 11, 24))

        assert [row.is_provisional for row in rows] == [False, True]

    def test_count_what_the_connection_calls_a_conversion(self, adapter, api):
        [usual] = read(adapter, api, first=LAST)
        [chosen] = read(adapter, api, first=LAST, measure="total_purchase")

        for measure in ("conversions", "attributed_revenue"):
            assert chosen.micros[measure] == usual.micros[measure] * 2

    def test_leave_out_what_tiktok_does_not_say(self, adapter, api, peer):
        row = {
            "dimensions": {"advertiser_id": BERLIN, "stat_time_day": "2026-11-25 00:00:00"},
            "metrics": {"spend": "0.10", "clicks": "-"},
        }
        info = {"page": 1, "total_page": 1, "total_number": 1}
        peer.faults.append(lambda _: envelope(0, data={"list": [row], "page_info": info}))

        assert [each.micros for each in read(adapter, api)] == [{"spend": 100_000}]

    @pytest.mark.parametrize(
        "dimensions", [{}, {"advertiser_id": "1", "stat_time_day": "25.11.2026"}]
    )
    def test_that_say_not_what_they_are_of_are_refused(self, adapter, api, peer, dimensions):
        info = {"page": 1, "total_page": 1, "total_number": 1}
        row = {"dimensions": dimensions, "metrics": {}}
        peer.faults.append(lambda _: envelope(0, data={"list": [row], "page_info": info}))
        with pytest.raises(MalformedError):
            read(adapter, api)


class TestPages:
    def test_that_hold_less_than_is_counted_are_not_whole(self, adapter, api, peer):
        peer.missing = 1
        with pytest.raises(IncompleteError, match=r"counts 25 rows and gave 24") as caught:
            read(adapter, api)

        assert caught.value.may_halve

    def test_that_repeat_are_a_loop(self, adapter, api, peer):
        peer.most_rows, peer.stuck = 10, True
        with pytest.raises(PaginationLoopError):
            read(adapter, api)

        assert len(peer.ledger) == 2


class TestTotals:
    def test_are_the_advertisers_own(self, adapter, api, peer):
        totals = {}
        for total in adapter.read_totals(api, SHOP, WHOLE):
            totals.setdefault(total.date, {})[total.measure] = total.micros
        for day in totals.values():
            del day["reach"]

        assert totals == list_right(peer)
        assert peer.ledger[-1].query["data_level"] == "AUCTION_ADVERTISER"


class TestAccounts:
    def test_are_those_that_were_given(self, adapter, api, peer):
        assert [
            (each.id, each.name, each.currency, each.timezone, each.is_active)
            for each in adapter.list_accounts(api)
        ] == [
            (BERLIN, "Sample shop (EUR)", "EUR", "Europe/Berlin", True),
            (TOKYO, "Sample shop (JPY)", "JPY", "Asia/Tokyo", False),
        ]
        assert adapter.identify(api).id == BERLIN
        assert json.loads(peer.ledger[1].query["advertiser_ids"]) == [BERLIN, TOKYO]

    def test_that_were_taken_away_are_lost(self, adapter, api, peer):
        peer.hidden = {BERLIN}
        with pytest.raises(AccessLostError, match="permission"):
            read(adapter, api)


class TestCodes:
    @pytest.mark.parametrize(
        ("said", "until"),
        [
            ((40132, "Too many requests."), START + timedelta(minutes=5)),
            ((40133, "Too many requests."), datetime(2026, 11, 26, tzinfo=UTC)),
            ((40100, "You have reached the QPD limit."), datetime(2026, 11, 26, tzinfo=UTC)),
            ((40016, "You have reached the QPM limit."), START + timedelta(minutes=5)),
        ],
    )
    def test_of_throttles_wait_by_their_class(self, adapter, api, peer, said, until):
        peer.faults.append(lambda _: envelope(*said))
        for _ in range(2):
            with pytest.raises(ThrottledError) as caught:
                read(adapter, api)
            assert caught.value.until == until

        assert len(peer.ledger) == 1

    def test_of_the_second_are_waited_for_in_place(self, adapter, api, peer, clock):
        peer.faults.append(lambda _: envelope(40100, "Requests are too frequent."))
        assert read(adapter, api)
        assert 1 <= sum(clock.waits) < 2

    def test_that_pass_are_tried_again(self, adapter, api, peer):
        for code in (50000, 51305):
            peer.faults.append(lambda _, code=code: envelope(code, "Internal error."))
        assert read(adapter, api)

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (envelope(20001, "Partial success."), IncompleteError),
            (envelope(40002, "metrics: wrong"), RequestRefusedError),
            (Reply("<html>", 410), VersionEndedError),
            (Reply("<html>", 404), RequestRefusedError),
            (Reply([7]), RequestRefusedError),
        ],
    )
    def test_are_of_their_kind(self, adapter, api, peer, reply, error):
        peer.faults.append(lambda _: reply)
        with pytest.raises(error) as caught:
            read(adapter, api)

        assert type(caught.value) is error

    def test_that_last_are_late(self, adapter, api, peer):
        peer.faults.extend([lambda _: Reply("<html>", 503)] * 3)
        with pytest.raises(UnreachableError):
            read(adapter, api)

    def test_of_a_revoked_token_end_the_grant(self, adapter, api, peer):
        peer.access.clear()
        with pytest.raises(GrantEndedError):
            read(adapter, api)
        with pytest.raises(GrantEndedError):
            read(adapter, api)

        assert len(peer.ledger) == 1


class TestConsent:
    @pytest.fixture
    def oauth(self, connection):
        return open_oauth("tiktok_ads")

    def agree(self, oauth):
        """Return the code that a person comes back with."""
        url = oauth.authorize_url(CONSENT)
        back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
        return parse_qs(urlsplit(back).query)[oauth.code_name][0]

    def test_gives_a_token_without_an_end_once(self, oauth, peer):
        code = self.agree(oauth)
        grant = oauth.redeem(code, CONSENT, START)

        assert peer.is_good(grant.access_token)
        assert (grant.refresh_token, grant.expires_at) == ("", None)
        with pytest.raises(RequestRefusedError, match="expired"):
            oauth.redeem(code, CONSENT, START)

    def test_can_be_given_back(self, oauth, peer):
        grant = oauth.redeem(self.agree(oauth), CONSENT, START)

        assert oauth.revoke(grant)
        assert not peer.is_good(grant.access_token)
        assert not oauth.revoke(grant)

    def test_without_a_token_is_none(self, oauth, peer):
        code = self.agree(oauth)
        peer.faults.append(lambda _: envelope(0, data={"access_token": ""}))
        with pytest.raises(MalformedError):
            oauth.redeem(code, CONSENT, START)

    def test_is_not_renewed(self, oauth):
        with pytest.raises(GrantEndedError):
            oauth.refresh("", {}, START)
