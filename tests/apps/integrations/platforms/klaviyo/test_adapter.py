"""What Klaviyo's campaigns and flows brought, and what its refusals lead to."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.integrations.calling.models import Quota
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.calling.windows import PARTS
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.http import exchange
from apps.integrations.platforms.klaviyo.adapter import KlaviyoAdapter
from apps.integrations.platforms.klaviyo.answers import read_list
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    IncompleteError,
    PaginationLoopError,
    ThrottledError,
    VersionEndedError,
)
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.serving import Reply
from omnify.money import to_micros
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.klaviyo import KEY, ZONE, KlaviyoPeer, problem

# At noon of the 25th in UTC it is the 26th in Auckland already.
TODAY = date(2026, 11, 26)
ADAPTER = KlaviyoAdapter()


@pytest.fixture
def peer():
    with KlaviyoPeer(TODAY) as peer:
        yield peer


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def connection(peer, owner):
    with connected("klaviyo", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def api(connection, clock):
    return open_api(connection, clock=clock)


def read(api, clock, first, last, **more):
    """Read a slice, a minute after the last one."""
    clock.present += timedelta(minutes=2)
    account = ADAPTER.identify(api)
    wanted = Slice(stream="metrics", level="campaign", first=first, last=last, **more)
    return list(ADAPTER.read(api, account, wanted))


def days_before(number):
    return TODAY - timedelta(days=number)


def sums_of(rows):
    sums = defaultdict(int)
    for row in rows:
        for measure, micros in row.micros.items():
            sums[measure] += micros
    return sums


class TestAccounts:
    def test_is_the_one_whose_token_it_is(self, api):
        account = ADAPTER.identify(api)

        assert (account.id, account.name) == ("AbC123", "Shop Ltd")
        assert (account.currency, account.timezone) == ("NZD", ZONE)

    def test_is_seen_by_a_private_key_too(self, peer, owner, clock):
        with connected("klaviyo", peer, owner.organization_id, token=KEY) as connection:
            assert ADAPTER.identify(open_api(connection, clock=clock)).id == "AbC123"
        assert peer.ledger[-1].headers["authorization"] == f"Klaviyo-API-Key {KEY}"

    def test_ends_the_grant_of_a_key_that_is_refused(self, peer, owner, clock):
        with (
            connected("klaviyo", peer, owner.organization_id, token="pk_gone") as connection,
            pytest.raises(GrantEndedError),
        ):
            ADAPTER.identify(open_api(connection, clock=clock))


class TestNumbers:
    def test_add_up_to_the_platforms_own(self, peer, api, clock):
        rows = read(api, clock, days_before(29), TODAY)

        sums = sums_of(rows)
        assert sums == {
            measure: to_micros(round_cents(peer.total(statistic, days_before(29), TODAY)))
            for statistic, measure in (
                ("delivered", "impressions"),
                ("clicks", "clicks"),
                ("conversions", "conversions"),
                ("conversion_value", "attributed_revenue"),
            )
        }
        assert {row.channel for row in rows} == {"email", "sms", "push-notification"}
        assert {row.currency for row in rows} == {"NZD"}

    def test_take_two_reports_for_all_of_a_slice(self, peer, api, clock):
        read(api, clock, days_before(29), TODAY)

        assert len(peer.asked_of("-reports")) == 2

    def test_are_of_one_row_for_each_campaign_and_day(self, api, clock):
        rows = read(api, clock, days_before(29), TODAY)

        keys = [(row.date, row.entity_id) for row in rows]
        assert len(keys) == len(set(keys))
        [archived] = [row for row in rows if row.campaign == "Campaign 2"]
        assert (archived.date, archived.channel) == (days_before(2), "sms")
        assert {row.date for row in rows if row.is_provisional} == {TODAY}

    def test_are_equal_however_days_are_cut_into_slices(self, api, clock):
        whole = read(api, clock, days_before(11), days_before(3))
        cuts = [(11, 8), (7, 5), (4, 3)]
        parts = [row for a, b in cuts for row in read(api, clock, days_before(a), days_before(b))]

        # Campaign 5 is sent on two days, which a cut parts.
        assert sorted(map(str, whole)) == sorted(map(str, parts))

    def test_count_as_conversions_what_the_connection_says(self, peer, api, clock):
        read(api, clock, TODAY, TODAY)
        read(api, clock, TODAY, TODAY, measure="Open1")

        asked = [each.json["data"]["attributes"] for each in peer.asked_of("-reports")]
        assert [each["conversion_metric_id"] for each in asked] == 2 * ["Buy1"] + 2 * ["Open1"]

    def test_know_no_conversions_where_nobody_buys(self, peer, api, clock):
        peer.metrics = [("Open1", "Opened Email")]

        rows = read(api, clock, days_before(3), TODAY)

        assert {measure for row in rows for measure in row.micros} == {"impressions", "clicks"}

    def test_of_a_campaign_that_no_list_has_are_not_kept(self, peer, api, clock):
        peer.campaigns["campaign-1"]["channel"] = "whatsapp"
        peer.campaigns["campaign-1"]["archived"] = None

        with pytest.raises(IncompleteError, match="campaign-1"):
            read(api, clock, days_before(3), TODAY)


class TestLists:
    def test_whose_cursor_is_refused_are_begun_again(self, peer, api):
        peer.metrics, peer.per_page = [(f"M{n:04}", f"Event {n}") for n in range(25)], 2
        peer.faults.append(_refusing_cursor("22"))

        found = [each.id for each in read_list(api, "/api/metrics", {})]

        assert found == [key for key, _ in peer.metrics]
        assert peer.faults == []

    def test_that_repeat_a_page_end(self, peer, api):
        peer.metrics, peer.per_page = [(f"M{n}", "Event") for n in range(9)], 2
        again = f"{peer.url}/api/metrics?page[cursor]=2"
        body = {"data": [{"id": "M2"}], "links": {"next": again}}
        peer.faults += 9 * [lambda asked: Reply(body) if asked.query.get("page[cursor]") else None]

        with pytest.raises(PaginationLoopError):
            list(read_list(api, "/api/metrics", {}))
        assert len(peer.asked_of("/api/metrics")) == 2


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "error"), [(403, AccessLostError), (410, VersionEndedError)]
    )
    def test_say_what_follows(self, peer, api, status, error):
        peer.faults.append(lambda _: problem(status, "refused"))

        with pytest.raises(error) as caught:
            ADAPTER.identify(api)
        assert caught.value.request_id == "a1b2"

    def test_of_the_225th_report_wait_for_the_next_day(self, peer, connection, api, clock):
        # Of the day's 225 reports of campaigns, 223 were asked an hour ago.
        part = int((START - timedelta(hours=1)).timestamp() // (86_400 / PARTS))
        Quota.objects.create(
            platform="klaviyo",
            key=f"login:{connection.id}campaign-values-reports",
            seconds=86_400,
            counts={str(part): 223},
        )
        for number in range(2):
            assert read(api, clock, days_before(number), days_before(number))

        with pytest.raises(ThrottledError) as caught:
            read(api, clock, days_before(2), days_before(2))

        assert len(peer.asked_of("campaign-values-reports")) == 2
        assert timedelta(hours=22) < caught.value.until - clock.now() < timedelta(hours=25)
        clock.present = caught.value.until
        assert read(api, clock, days_before(2), days_before(2))

    def test_leave_reports_of_other_accounts_alone(self, peer, api, owner, clock):
        for _ in range(2):
            read(api, clock, TODAY, TODAY)
        clock.present -= timedelta(minutes=1)

        with connected("klaviyo", peer, owner.organization_id) as other:
            assert read(open_api(other, clock=clock), clock, TODAY, TODAY)


class TestConsent:
    def test_gives_tokens_for_a_code_and_renews_them(self, peer, connection):
        oauth = open_oauth("klaviyo")
        consent = Consent("https://omnify.example/back", state="s", verifier=43 * "v")
        asked = urlsplit(oauth.authorize_url(consent))
        query = {name: values[-1] for name, values in parse_qs(asked.query).items()}
        assert query["scope"] == (
            "accounts:read campaigns:read flows:read metrics:read events:write"
        )
        peer.codes["code-1"] = query

        grant = oauth.redeem("code-1", consent, datetime.now(UTC))
        renewed = oauth.refresh(grant.refresh_token, {}, datetime.now(UTC))

        assert peer.is_good(renewed.access_token)
        assert renewed.access_token != grant.access_token
        answer = exchange(
            "GET",
            f"{peer.url}/api/accounts",
            headers=ADAPTER.headers(oauth.configuration, renewed.access_token),
            allows_loopback=True,
        )
        assert answer.status == 200


def _refusing_cursor(cursor):
    refusal = problem(400, "invalid", "Invalid cursor", "page[cursor]")
    return lambda asked: refusal if asked.query.get("page[cursor]") == cursor else None


def round_cents(number):
    return round(Decimal(str(number)), 2)
