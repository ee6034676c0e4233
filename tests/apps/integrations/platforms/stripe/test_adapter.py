"""Which charges of Stripe are orders, what they come to, and how their changes are found."""

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
    PaginationLoopError,
    RequestRefusedError,
    ThrottledError,
    UnreachableError,
)
from apps.integrations.platforms.rows import Slice
from apps.integrations.platforms.stripe.adapter import StripeAdapter
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.stripe import StripePeer

pytestmark = pytest.mark.django_db
ADAPTER = StripeAdapter()
TODAY = date(2026, 11, 25)
CENT = 10_000


@pytest.fixture
def peer():
    with StripePeer(START) as peer:
        yield peer


@pytest.fixture
def api(peer, owner):
    with connected("stripe", peer, owner.organization_id) as connection:
        yield open_api(connection, clock=Clock())


def ago(**span):
    return START - timedelta(**span)


def read(api, first=TODAY - timedelta(days=60), last=TODAY, since=None):
    account = ADAPTER.identify(api)
    wanted = Slice(stream="orders", level="", first=first, last=last, since=since)
    return list(ADAPTER.read(api, account, wanted))


class TestOrders:
    def test_are_what_came_into_the_balance_and_refunds_what_left_it(self, api, peer):
        name = peer.charge(ago(days=3), 10_000)
        peer.refund(name, ago(days=2), 2500)
        peer.refund(name, ago(days=1), 500)

        [row] = read(api)

        assert (row.currency, row.revenue_micros) == ("EUR", 10_000 * CENT)
        assert [(each.at, each.micros) for each in row.refunds] == [
            (ago(days=2), 2500 * CENT),
            (ago(days=1), 500 * CENT),
        ]
        assert (row.status, row.updated_at) == ("partially_refunded", ago(days=1))
        assert row.customer == f"{name}@example.com"
        assert row.presentment is None

    def test_in_another_currency_count_in_that_of_the_balance(self, api, peer):
        name = peer.charge(ago(days=1), 10_000, "usd", settled=9120)
        peer.refund(name, ago(hours=1), 5000, settled=4590)

        [row] = read(api)

        assert (row.currency, row.revenue_micros) == ("EUR", 9120 * CENT)
        assert row.presentment == ("USD", 10_000 * CENT)
        assert [each.micros for each in row.refunds] == [4590 * CENT]

    @pytest.mark.parametrize(
        ("currency", "amount", "micros"),
        [
            ("usd", 1234, 12_340_000),
            ("jpy", 1234, 1_234_000_000),
            ("krw", 1234, 1_234_000_000),
            ("mga", 1234, 1_234_000_000),
            ("kwd", 1230, 1_230_000),
            ("isk", 1200, 12_000_000),
            ("ugx", 1200, 12_000_000),
            ("huf", 1234, 12_340_000),
        ],
    )
    def test_have_the_minor_units_that_stripe_writes(self, api, peer, currency, amount, micros):
        # Nothing has come into the balance, so that the charge itself is what is known.
        name = peer.charge(ago(days=1), amount, currency)
        peer.refund(name, ago(hours=1), amount // 2)

        [row] = read(api)

        assert (row.currency, row.revenue_micros) == (currency.upper(), micros)
        assert [each.micros for each in row.refunds] == [micros // 2]

    def test_are_not_what_failed_or_is_authorized_alone(self, api, peer):
        peer.charge(ago(days=1), 100, status="failed")
        peer.charge(ago(days=1), 100, captured=False)

        assert read(api) == []

    def test_lose_nothing_by_refunds_that_failed(self, api, peer):
        name = peer.charge(ago(days=1), 100)
        peer.refund(name, ago(hours=1), 100, status="failed")

        [row] = read(api)

        assert (row.refunds, row.status) == ((), "succeeded")

    def test_of_tests_are_marked(self, api, peer):
        peer.charge(ago(days=1), 100, livemode=False)

        assert read(api)[0].is_test

    def test_have_all_refunds_where_a_charge_shows_some(self, api, peer):
        name = peer.charge(ago(days=1), 1500)
        for hour in range(15):
            peer.refund(name, ago(hours=hour), 100)

        [row] = read(api)

        assert [each.micros for each in row.refunds] == [100 * CENT] * 15
        assert row.status == "refunded"

    def test_are_those_of_the_accounts_days(self, api, peer):
        # In Berlin it is the next day already.
        late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        peer.charge(late, 100)

        assert read(api, date(2026, 11, 20), date(2026, 11, 20)) == []
        assert len(read(api, date(2026, 11, 21), date(2026, 11, 21))) == 1

    def test_of_many_pages_are_all_there(self, api, peer):
        names = {peer.charge(ago(minutes=each), 100) for each in range(250)}

        assert {row.id for row in read(api)} == names
        assert len(peer.asked_of("charges")) == 3


class TestChanges:
    def test_are_new_charges_and_what_happened_to_older_ones(self, api, peer):
        old = peer.charge(ago(days=20), 100)
        held = peer.charge(ago(days=5), 100, captured=False)
        peer.charge(ago(days=4), 100)
        new = peer.charge(ago(hours=1), 100)
        peer.refund(old, ago(hours=2), 40)
        peer.capture(held, ago(hours=3))

        rows = read(api, since=ago(days=1))

        assert {row.id for row in rows} == {old, held, new}
        assert len(rows) == 3

    def test_are_found_at_the_moment_itself(self, api, peer):
        name = peer.charge(ago(days=1), 100)

        assert [row.id for row in read(api, since=ago(days=1))] == [name]

    def test_of_a_time_that_events_have_forgotten_are_read_again(self, api, peer):
        old = peer.charge(ago(days=90), 100)
        held = peer.charge(ago(days=45), 100, captured=False)
        peer.refund(old, ago(days=35), 40)
        peer.capture(held, ago(days=38))

        rows = {row.id: row for row in read(api, since=ago(days=40))}

        assert set(rows) == {old, held}
        assert [each.micros for each in rows[old].refunds] == [40 * CENT]
        assert not peer.asked_of("events")


class TestRefusals:
    def test_of_a_page_that_repeats_end_the_reading(self, api, peer):
        for each in range(120):
            peer.charge(ago(minutes=each), 100)

        def repeat(asked):
            if "starting_after" not in asked.query:
                return None
            first = peer.asked_of("charges")[0]
            return peer.list_charges(first)

        peer.faults.append(repeat)
        with pytest.raises(PaginationLoopError):
            read(api)

    @pytest.mark.parametrize(
        ("status", "refusal"),
        [
            (400, RequestRefusedError),
            (403, AccessLostError),
            (409, UnreachableError),
            (500, UnreachableError),
        ],
    )
    def test_say_what_follows(self, api, peer, status, refusal):
        peer.faults += [lambda _: Reply({"error": {"message": "words"}}, status)] * 3

        with pytest.raises(refusal):
            read(api)

    def test_for_too_many_requests_wait_as_long_as_stripe_says(self, api, peer):
        peer.faults.append(lambda _: Reply({}, 429, {"Retry-After": "90"}))

        with pytest.raises(ThrottledError) as caught:
            read(api)
        assert caught.value.until == START + timedelta(seconds=90)

    def test_of_a_token_between_two_pages_renew_it_once(self, api, peer):
        names = {peer.charge(ago(minutes=each), 100) for each in range(120)}

        peer.faults.append(
            lambda asked: Reply({}, 401) if "starting_after" in asked.query else None
        )
        assert {row.id for row in read(api)} == names
        assert len(peer.asked_of("oauth/token")) == 1


class TestConsent:
    def test_gives_tokens_that_end_and_are_used_once(self, api, peer):
        consent = Consent("https://omnify.example/callback", state="s-1")
        oauth = open_oauth("stripe")
        url = f"{oauth.authorize_url(consent)}&agreed=yes"
        back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
        [code] = parse_qs(urlsplit(back).query)["code"]

        grant = oauth.redeem(code, consent, START)

        assert grant.expires_at == START + timedelta(hours=1)
        assert grant.refresh_expires_at == START + timedelta(days=365)
        newer = oauth.refresh(grant.refresh_token, {}, START)
        assert newer.refresh_token != grant.refresh_token
        with pytest.raises(GrantEndedError):
            oauth.refresh(grant.refresh_token, {}, START)

    def test_is_not_needed_with_a_restricted_key(self, peer, owner):
        peer.access["rk_live_1"] = float("inf")
        with connected("stripe", peer, owner.organization_id, token="rk_live_1") as connection:
            account = ADAPTER.identify(open_api(connection, clock=Clock()))

        assert (account.id, account.currency, account.timezone) == (
            "acct_1",
            "EUR",
            "Europe/Berlin",
        )
