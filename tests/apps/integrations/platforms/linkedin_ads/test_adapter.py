"""LinkedIn Ads: accounts, numbers that are whole though answers are cut, and what errors mean."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.linkedin_ads import reports
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    IncompleteError,
    MalformedError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Account, Slice
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.linkedin_ads import OTHER, SHOP, LinkedInPeer, error, make_creatives

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 25)
ACCOUNT = Account(id=SHOP, name="Shop", currency="EUR", timezone="UTC")
CONSENT = Consent("https://omnify.example/callback", state="s")
#: LinkedIn's names of measures, and what makes the peer's numbers millionths.
NAMES = {
    "spend": ("costInLocalCurrency", 100),
    "impressions": ("impressions", 1_000_000),
    "clicks": ("clicks", 1_000_000),
    "conversions": ("externalWebsiteConversions", 1_000_000),
    "attributed_revenue": ("conversionValueInLocalCurrency", 100),
}


@pytest.fixture
def adapter():
    return get_adapter("linkedin_ads")


@pytest.fixture
def peer():
    with LinkedInPeer() as peer:
        yield peer


@pytest.fixture
def connection(peer, owner):
    with connected("linkedin_ads", peer, owner.organization_id) as connection:
        yield connection


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def api(connection, clock):
    return open_api(connection, clock=clock)


def want(level="account", first=FIRST, last=LAST, **fields):
    return Slice(stream="metrics", level=level, first=first, last=last, **fields)


def read(adapter, api, level="account", **fields):
    return list(adapter.read(api, ACCOUNT, want(level, **fields)))


def read_parts(adapter, api, wanted):
    """Return the rows of a slice: in halves by days, then in parts by campaigns."""
    try:
        return list(adapter.read(api, ACCOUNT, wanted))
    except IncompleteError:
        parts = adapter.split(api, ACCOUNT, wanted)
        if wanted.days > 1:
            middle = wanted.first + timedelta(days=(wanted.days - 1) // 2)
            days = ((wanted.first, middle), (middle + timedelta(days=1), wanted.last))
            parts = [want(wanted.level, first, last) for first, last in days]
        return [row for part in parts for row in read_parts(adapter, api, part)]


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
        for day, numbers in peer.list_totals(SHOP, FIRST, LAST).items()
    }


class TestRows:
    @pytest.mark.parametrize("level", ["account", "campaign", "ad"])
    def test_add_up_to_the_accounts_own_sums(self, adapter, api, peer, level):
        assert add_up(read(adapter, api, level)) == list_right(peer)

    def test_say_what_they_are_of(self, adapter, api):
        rows = read(adapter, api, "ad", last=FIRST)

        assert {(row.entity_id, row.campaign_id, row.campaign) for row in rows} == {
            *(("9001", "700", "Sample 700"), ("9002", "700", "Sample 700")),
            *(("9011", "701", "Sample 701"), ("9012", "701", "Sample 701")),
            *(("9021", "702", "Sample 702"), ("9022", "702", "Sample 702")),
        }
        assert {(row.channel, row.currency) for row in rows} == {("linkedin", "EUR")}
        campaigns = read(adapter, api, "campaign", last=FIRST)
        assert [(row.entity_id, row.campaign, row.ad) for row in campaigns] == [
            *(("700", "Sample 700", ""), ("701", "Sample 701", ""), ("702", "Sample 702", ""))
        ]

    def test_are_provisional_on_the_day_that_utc_has(self, adapter, api, clock):
        clock.present = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
        rows = read(adapter, api, first=date(2026, 11, 23), last=date(2026, 11, 24))

        assert [row.is_provisional for row in rows] == [False, True]

    def test_count_what_the_connection_calls_a_conversion(self, adapter, api, peer):
        chosen = read(adapter, api, measure="externalWebsitePostClickConversions")

        name = "externalWebsitePostClickConversions"
        assert [row.micros["conversions"] for row in chosen] == [
            numbers[name] * 10**6 for numbers in peer.list_totals(SHOP, FIRST, LAST).values()
        ]

    @pytest.mark.parametrize(
        "element",
        [
            {},
            {"dateRange": {"start": {"year": 2026, "month": 13, "day": 1}}, "pivotValues": []},
            {"dateRange": {"start": {"year": 2026, "month": 1, "day": 1}}, "pivotValues": []},
        ],
    )
    def test_that_say_not_what_they_are_of_are_refused(self, adapter, api, peer, element):
        peer.faults.append(lambda _: Reply({"elements": [element]}))
        with pytest.raises(MalformedError):
            read(adapter, api, "campaign")


class TestCuts:
    @pytest.mark.parametrize("level", ["campaign", "ad"])
    def test_without_a_word_lose_nothing(self, adapter, api, peer, level, monkeypatch):
        peer.creatives = make_creatives(12)
        whole = read(adapter, api, level)
        monkeypatch.setattr(reports, "MOST_ROWS", 10)
        peer.most_rows = 10

        rows = read_parts(adapter, api, want(level))
        assert sorted(rows, key=_name) == sorted(whole, key=_name)

    def test_are_known_by_their_number_of_rows(self, adapter, api, peer, monkeypatch):
        assert reports.MOST_ROWS == 15_000
        monkeypatch.setattr(reports, "MOST_ROWS", 6)
        with pytest.raises(IncompleteError, match="cuts answers at 6 rows") as caught:
            read(adapter, api)

        assert caught.value.may_halve
        monkeypatch.setattr(reports, "MOST_ROWS", 7)
        assert len(read(adapter, api)) == 6

    def test_are_parted_by_campaigns_with_addresses_that_are_taken(self, adapter, api, peer):
        peer.creatives = make_creatives(120)
        peer.page = 50
        parts = adapter.split(api, ACCOUNT, want("campaign", last=FIRST))

        assert [len(part.part.split(",")) for part in parts] == [50, 50, 20]
        rows = [row for part in parts for row in adapter.read(api, ACCOUNT, part)]
        assert len({row.entity_id for row in rows}) == len(rows) == 120

    def test_of_one_campaign_have_no_parts(self, adapter, api):
        assert adapter.split(api, ACCOUNT, want("ad", last=FIRST, part="700")) == ()
        assert adapter.split(api, ACCOUNT, want("account", last=FIRST)) == ()


def _name(row):
    return row.date, row.entity_id


class TestNames:
    def test_of_campaigns_are_listed_once_by_a_run(self, adapter, api, connection, clock, peer):
        read(adapter, api, "campaign")
        pages = len(peer.asked_of("adCampaigns"))
        rows = read(adapter, api, "ad")
        assert {row.campaign for row in rows} == {"Sample 700", "Sample 701", "Sample 702"}
        assert len(peer.asked_of("adCampaigns")) == pages

        read(adapter, open_api(connection, clock=clock), "campaign")
        assert len(peer.asked_of("adCampaigns")) == 2 * pages > 0


class TestAccess:
    def test_that_was_taken_away_is_no_empty_answer(self, adapter, api, peer):
        peer.roles = [OTHER]
        with pytest.raises(AccessLostError, match="no role"):
            read(adapter, api)

    def test_is_there_where_nothing_was_shown(self, adapter, api, peer):
        peer.creatives = []
        assert read(adapter, api, "campaign") == []

    def test_is_to_the_accounts_of_the_persons_roles(self, adapter, api, peer):
        peer.roles = [OTHER, *map(str, range(100, 225)), SHOP]
        assert [
            (each.id, each.name, each.currency, each.timezone, each.is_active)
            for each in adapter.list_accounts(api)
        ] == [
            (SHOP, "Sample shop (EUR)", "EUR", "UTC", True),
            (OTHER, "Sample shop (USD)", "USD", "UTC", False),
        ]


class TestTotals:
    def test_are_the_accounts_own(self, adapter, api, peer):
        totals = {}
        for total in adapter.read_totals(api, ACCOUNT, want()):
            totals.setdefault(total.date, {})[total.measure] = total.micros

        assert totals == list_right(peer)
        assert peer.ledger[-1].query["pivot"] == "ACCOUNT"


class TestErrors:
    @pytest.mark.parametrize(
        ("reply", "kind"),
        [
            (error(403, "ACCESS_DENIED", "Not enough permissions"), AccessLostError),
            (error(400, "ILLEGAL_ARGUMENT", "Invalid param"), RequestRefusedError),
            (error(400, "NONEXISTENT_VERSION", "Not active"), VersionEndedError),
            (Reply("<html>", 414), TooMuchError),
        ],
    )
    def test_are_of_their_kind(self, adapter, api, peer, reply, kind):
        peer.faults.append(lambda _: reply)
        with pytest.raises(kind) as caught:
            read(adapter, api)

        assert type(caught.value) is kind

    def test_of_a_version_that_ended_are_said_once(self, adapter, api, peer):
        peer.versions = ("202701",)
        with pytest.raises(VersionEndedError) as caught:
            read(adapter, api)

        assert len(peer.ledger) == 1
        assert caught.value.request_id == "AAYvz"

    def test_that_pass_are_tried_again(self, adapter, api, peer):
        peer.faults.extend([lambda _: Reply("<html>", 503)] * 2)
        assert read(adapter, api)

    def test_that_last_are_late(self, adapter, api, peer):
        peer.faults.extend([lambda _: Reply("<html>", 503)] * 3)
        with pytest.raises(UnreachableError):
            read(adapter, api)

    @pytest.mark.parametrize(
        ("headers", "until"),
        [
            ({}, datetime(2026, 11, 26, tzinfo=UTC)),
            ({"Retry-After": "600"}, START + timedelta(minutes=10)),
        ],
    )
    def test_of_quotas_say_when_they_are_whole_again(self, adapter, api, peer, headers, until):
        peer.faults.append(lambda _: Reply({"message": "Throttled"}, 429, headers))
        for _ in range(2):
            with pytest.raises(ThrottledError) as caught:
                read(adapter, api)
            assert caught.value.until == until

        assert len(peer.ledger) == 1

    def test_of_a_token_are_renewed_once(self, adapter, api, peer):
        peer.access.clear()
        assert read(adapter, api)
        assert len(peer.asked_of("accessToken")) == 1


class TestConsent:
    @pytest.fixture
    def oauth(self, connection):
        return open_oauth("linkedin_ads")

    def redeem(self, oauth):
        """Return what a person's consent is good for."""
        url = oauth.authorize_url(CONSENT) + "&agreed=yes"
        back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
        return oauth.redeem(parse_qs(urlsplit(back).query)["code"][0], CONSENT, START)

    def test_asks_to_read_and_no_more(self, oauth):
        query = parse_qs(urlsplit(oauth.authorize_url(CONSENT)).query)

        assert query["scope"] == ["r_ads r_ads_reporting rw_ads"]

    def test_lasts_a_year_from_the_first_day_where_it_can_be_renewed(self, oauth):
        grant = self.redeem(oauth)
        later = START + timedelta(days=30)
        renewed = oauth.refresh(grant.refresh_token, {}, later)

        assert grant.expires_at == START + timedelta(days=60)
        assert grant.refresh_expires_at == START + timedelta(days=365)
        assert (renewed.refresh_token, renewed.refresh_expires_at) == (grant.refresh_token, None)
        assert renewed.expires_at == later + timedelta(days=60)

    def test_lasts_sixty_days_where_it_cannot(self, oauth, peer):
        peer.renews = False
        grant = self.redeem(oauth)

        assert (grant.refresh_token, grant.refresh_expires_at) == ("", None)

    def test_can_be_given_back(self, oauth):
        grant = self.redeem(oauth)

        assert oauth.revoke(grant)
        with pytest.raises(GrantEndedError):
            oauth.refresh(grant.refresh_token, {}, START)
